CREATE TABLE `agent_skills` (
	`user_id` int NOT NULL,
	`skill` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`level` int NOT NULL DEFAULT 1,
	CONSTRAINT `agent_skills_user_id_skill_pk` PRIMARY KEY(`user_id`,`skill`)
);
--> statement-breakpoint
CREATE TABLE `agent_spans` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`user_id` int NOT NULL,
	`state` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`reason` varchar(64),
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`started_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	CONSTRAINT `agent_spans_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `agents` (
	`user_id` int NOT NULL,
	`number` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`state` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'OFFLINE',
	`reason` varchar(64),
	`state_since` datetime(3) NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`version` int NOT NULL DEFAULT 0,
	CONSTRAINT `agents_user_id` PRIMARY KEY(`user_id`),
	CONSTRAINT `agents_number` UNIQUE(`number`)
);
--> statement-breakpoint
CREATE TABLE `devices` (
	`id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`user_id` int,
	`session_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`label` varchar(64),
	`digest` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`caller_number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`is_chosen` boolean NOT NULL DEFAULT false,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3),
	`withdrawn_at` datetime(3),
	CONSTRAINT `devices_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `audit_events` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`at` datetime(3) NOT NULL,
	`actor_id` int,
	`actor` varchar(64) NOT NULL,
	`action` varchar(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`subject` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`address` varchar(45),
	`is_allowed` int NOT NULL DEFAULT 1,
	`details` json,
	CONSTRAINT `audit_events_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `call_segments` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`agent_id` int,
	`channel` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`started_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`result` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`is_recorded` boolean NOT NULL DEFAULT false,
	CONSTRAINT `call_segments_id` PRIMARY KEY(`id`),
	CONSTRAINT `call_segments_order` UNIQUE(`call_id`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `calls` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`node` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`channel` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line_id` int,
	`dialled` varchar(64) NOT NULL,
	`diverted` varchar(64),
	`line_source` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line_confidence` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`caller_number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`caller_raw` varchar(128),
	`caller_name` varchar(128),
	`skill` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`priority` tinyint,
	`keys_pressed` varchar(32) NOT NULL DEFAULT '',
	`arrived_at` datetime(3) NOT NULL,
	`picked_up_at` datetime(3),
	`queued_at` datetime(3),
	`answered_at` datetime(3),
	`ended_at` datetime(3),
	`agent_id` int,
	`outcome` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`ended_by` varchar(12) CHARACTER SET ascii COLLATE ascii_bin,
	`hangup_cause` int,
	`note` text,
	`state` json,
	`version` int NOT NULL,
	CONSTRAINT `calls_id` PRIMARY KEY(`id`),
	CONSTRAINT `calls_channel` UNIQUE(`node`,`channel`)
);
--> statement-breakpoint
CREATE TABLE `voice_messages` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`file_name` varchar(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`caller_number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`line_id` int,
	`left_at` datetime(3) NOT NULL,
	`duration_ms` int NOT NULL,
	`sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`status` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`handled_by` int,
	`handled_at` datetime(3),
	CONSTRAINT `voice_messages_id` PRIMARY KEY(`id`),
	CONSTRAINT `voice_messages_file` UNIQUE(`file_name`)
);
--> statement-breakpoint
CREATE TABLE `lines` (
	`id` int AUTO_INCREMENT NOT NULL,
	`number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(64) NOT NULL,
	`department` varchar(64) NOT NULL,
	`mode` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`skill` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`keep_number` boolean NOT NULL,
	`is_sample` boolean NOT NULL,
	`effective_from` date,
	`effective_to` date,
	`changed_at` datetime(3) NOT NULL,
	`withdrawn_at` datetime(3),
	CONSTRAINT `lines_id` PRIMARY KEY(`id`),
	CONSTRAINT `lines_number` UNIQUE(`number`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`user_id` int NOT NULL,
	`token_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`end_reason` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`address` varchar(45),
	`user_agent` varchar(255),
	CONSTRAINT `sessions_id` PRIMARY KEY(`id`),
	CONSTRAINT `sessions_token` UNIQUE(`token_hash`)
);
--> statement-breakpoint
CREATE TABLE `user_preferences` (
	`user_id` int NOT NULL,
	`preferences` json NOT NULL,
	`changed_at` datetime(3) NOT NULL,
	CONSTRAINT `user_preferences_user_id` PRIMARY KEY(`user_id`)
);
--> statement-breakpoint
CREATE TABLE `user_roles` (
	`user_id` int NOT NULL,
	`role` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`granted_on` date,
	CONSTRAINT `user_roles_user_id_role_pk` PRIMARY KEY(`user_id`,`role`)
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` int AUTO_INCREMENT NOT NULL,
	`username` varchar(64) NOT NULL,
	`name` varchar(64) NOT NULL,
	`password_hash` varchar(255) NOT NULL,
	`is_active` boolean NOT NULL DEFAULT true,
	`must_change_password` boolean NOT NULL DEFAULT false,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`created_at` datetime(3) NOT NULL,
	`password_changed_at` datetime(3) NOT NULL,
	CONSTRAINT `users_id` PRIMARY KEY(`id`),
	CONSTRAINT `users_username` UNIQUE(`username`)
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`queue` varchar(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`job_id` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`topic` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`payload` json NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`relayed_at` datetime(3),
	`attempts` int NOT NULL DEFAULT 0,
	`last_error` varchar(512),
	CONSTRAINT `outbox_id` PRIMARY KEY(`id`),
	CONSTRAINT `outbox_job` UNIQUE(`queue`,`job_id`)
);
--> statement-breakpoint
CREATE TABLE `recordings` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`status` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`duration_ms` int,
	`bytes` bigint,
	`sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`is_on_legal_hold` boolean NOT NULL DEFAULT false,
	`deleted_at` datetime(3),
	CONSTRAINT `recordings_id` PRIMARY KEY(`id`),
	CONSTRAINT `recordings_name` UNIQUE(`name`)
);
--> statement-breakpoint
ALTER TABLE `agent_skills` ADD CONSTRAINT `agent_skills_user_id_agents_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `agents`(`user_id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `agent_spans` ADD CONSTRAINT `agent_spans_user_id_agents_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `agents` ADD CONSTRAINT `agents_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `devices` ADD CONSTRAINT `devices_user_id_agents_user_id_fk` FOREIGN KEY (`user_id`) REFERENCES `agents`(`user_id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `call_segments` ADD CONSTRAINT `call_segments_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `call_segments` ADD CONSTRAINT `call_segments_agent_id_agents_user_id_fk` FOREIGN KEY (`agent_id`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `calls` ADD CONSTRAINT `calls_line_id_lines_id_fk` FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `calls` ADD CONSTRAINT `calls_agent_id_agents_user_id_fk` FOREIGN KEY (`agent_id`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `voice_messages` ADD CONSTRAINT `voice_messages_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `voice_messages` ADD CONSTRAINT `voice_messages_line_id_lines_id_fk` FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `voice_messages` ADD CONSTRAINT `voice_messages_handled_by_agents_user_id_fk` FOREIGN KEY (`handled_by`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `sessions` ADD CONSTRAINT `sessions_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `user_preferences` ADD CONSTRAINT `user_preferences_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `user_roles` ADD CONSTRAINT `user_roles_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `recordings` ADD CONSTRAINT `recordings_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `agent_spans_user` ON `agent_spans` (`user_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `agent_spans_start` ON `agent_spans` (`started_at`);--> statement-breakpoint
CREATE INDEX `devices_user` ON `devices` (`user_id`,`withdrawn_at`);--> statement-breakpoint
CREATE INDEX `devices_session` ON `devices` (`session_id`);--> statement-breakpoint
CREATE INDEX `devices_live` ON `devices` (`withdrawn_at`,`expires_at`);--> statement-breakpoint
CREATE INDEX `audit_events_at` ON `audit_events` (`at`);--> statement-breakpoint
CREATE INDEX `audit_events_actor` ON `audit_events` (`actor_id`,`at`);--> statement-breakpoint
CREATE INDEX `audit_events_subject` ON `audit_events` (`subject`,`at`);--> statement-breakpoint
CREATE INDEX `audit_events_action` ON `audit_events` (`action`,`at`);--> statement-breakpoint
CREATE INDEX `call_segments_agent` ON `call_segments` (`agent_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `calls_caller` ON `calls` (`caller_number`,`id`);--> statement-breakpoint
CREATE INDEX `calls_line` ON `calls` (`line_id`,`id`);--> statement-breakpoint
CREATE INDEX `calls_agent` ON `calls` (`agent_id`,`id`);--> statement-breakpoint
CREATE INDEX `calls_outcome` ON `calls` (`outcome`,`id`);--> statement-breakpoint
CREATE INDEX `calls_arrived` ON `calls` (`arrived_at`);--> statement-breakpoint
CREATE INDEX `calls_open` ON `calls` (`node`,`ended_at`);--> statement-breakpoint
CREATE INDEX `voice_messages_todo` ON `voice_messages` (`status`,`left_at`);--> statement-breakpoint
CREATE INDEX `lines_mode` ON `lines` (`mode`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`ended_at`,`expires_at`);--> statement-breakpoint
CREATE INDEX `outbox_waiting` ON `outbox` (`relayed_at`,`id`);--> statement-breakpoint
CREATE INDEX `recordings_call` ON `recordings` (`call_id`);--> statement-breakpoint
CREATE INDEX `recordings_status` ON `recordings` (`status`,`started_at`);
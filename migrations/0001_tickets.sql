CREATE TABLE `calendar_days` (
	`year` int NOT NULL,
	`version` int NOT NULL,
	`date` date NOT NULL,
	`is_working_day` boolean NOT NULL,
	`kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(64),
	CONSTRAINT `calendar_days_year_version_date_pk` PRIMARY KEY(`year`,`version`,`date`)
);
--> statement-breakpoint
CREATE TABLE `calendar_years` (
	`year` int NOT NULL,
	`is_loaded` boolean NOT NULL DEFAULT false,
	`version` int NOT NULL DEFAULT 0,
	`source` varchar(255),
	`loaded_at` datetime(3),
	CONSTRAINT `calendar_years_year` PRIMARY KEY(`year`)
);
--> statement-breakpoint
CREATE TABLE `catalogue_rules` (
	`id` int AUTO_INCREMENT NOT NULL,
	`rule_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`category_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`county_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin,
	`target` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`co_unit_codes` json NOT NULL,
	`priority` int NOT NULL DEFAULT 0,
	`effective_from` date,
	`effective_to` date,
	`basis` varchar(255) NOT NULL DEFAULT '',
	`is_seeded` boolean NOT NULL DEFAULT false,
	`is_sample` boolean NOT NULL DEFAULT false,
	`changed_at` datetime(3) NOT NULL,
	`edited_at` datetime(3),
	`withdrawn_at` datetime(3),
	CONSTRAINT `catalogue_rules_id` PRIMARY KEY(`id`),
	CONSTRAINT `catalogue_rules_key` UNIQUE(`rule_key`)
);
--> statement-breakpoint
CREATE TABLE `categories` (
	`code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`parent_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin,
	`level` tinyint NOT NULL,
	`name` varchar(64) NOT NULL,
	`initials` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`keywords` varchar(512) NOT NULL DEFAULT '',
	`urgency` varchar(4) CHARACTER SET ascii COLLATE ascii_bin,
	`statutory_days` int,
	`sort_order` int NOT NULL,
	`is_seeded` boolean NOT NULL DEFAULT false,
	`is_sample` boolean NOT NULL DEFAULT false,
	`changed_at` datetime(3) NOT NULL,
	`edited_at` datetime(3),
	`withdrawn_at` datetime(3),
	CONSTRAINT `categories_code` PRIMARY KEY(`code`)
);
--> statement-breakpoint
CREATE TABLE `citizens` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`phone` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`other_phone` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`name` varchar(64),
	`gender` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'PERSON',
	`sealed_id_number` varchar(255),
	`enterprise_name` varchar(128),
	`credit_code` varchar(18) CHARACTER SET ascii COLLATE ascii_bin,
	`address` varchar(255),
	`tags` json NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`changed_at` datetime(3) NOT NULL,
	CONSTRAINT `citizens_id` PRIMARY KEY(`id`),
	CONSTRAINT `citizens_phone` UNIQUE(`phone`)
);
--> statement-breakpoint
CREATE TABLE `attachments` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`draft_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`file_name` varchar(255) NOT NULL,
	`media_type` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`bytes` int NOT NULL,
	`sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`uploaded_by` int,
	`uploaded_at` datetime(3) NOT NULL,
	`deleted_at` datetime(3),
	CONSTRAINT `attachments_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`actor_id` int NOT NULL,
	`idempotency_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`digest` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_number` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`version` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `idempotency_keys_actor_id_idempotency_key_pk` PRIMARY KEY(`actor_id`,`idempotency_key`)
);
--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`dedupe_key` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`user_id` int,
	`channel` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`topic` varchar(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`payload` json NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`sent_at` datetime(3),
	`read_at` datetime(3),
	`attempts` int NOT NULL DEFAULT 0,
	`last_error` varchar(512),
	CONSTRAINT `notifications_id` PRIMARY KEY(`id`),
	CONSTRAINT `notifications_once` UNIQUE(`dedupe_key`)
);
--> statement-breakpoint
CREATE TABLE `ticket_calls` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	CONSTRAINT `ticket_calls_ticket_id_call_id_pk` PRIMARY KEY(`ticket_id`,`call_id`)
);
--> statement-breakpoint
CREATE TABLE `ticket_counters` (
	`day` date NOT NULL,
	`last_number` int NOT NULL,
	CONSTRAINT `ticket_counters_day` PRIMARY KEY(`day`)
);
--> statement-breakpoint
CREATE TABLE `ticket_deadlines` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`clock` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`slot` tinyint,
	`started_at` datetime(3) NOT NULL,
	`warn_at` datetime(3),
	`due_at` datetime(3),
	`limits_version` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`calendar_version` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`met_at` datetime(3),
	`cancelled_at` datetime(3),
	`warned_at` datetime(3),
	`overdue_at` datetime(3),
	CONSTRAINT `ticket_deadlines_id` PRIMARY KEY(`id`),
	CONSTRAINT `ticket_deadlines_running` UNIQUE(`ticket_id`,`clock`,`slot`)
);
--> statement-breakpoint
CREATE TABLE `ticket_drafts` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`owner_id` int NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`content` json NOT NULL,
	`version` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`changed_at` datetime(3) NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`ended_at` datetime(3),
	CONSTRAINT `ticket_drafts_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `ticket_events` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`kind` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`from_state` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`to_state` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`actor_id` int,
	`actor_name` varchar(64) NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`at` datetime(3) NOT NULL,
	`reason` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`note` text,
	`details` json NOT NULL,
	`hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `ticket_events_ticket_id_seq_pk` PRIMARY KEY(`ticket_id`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `ticket_participants` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`role` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`slot` tinyint,
	`lead_slot` tinyint,
	`joined_at` datetime(3) NOT NULL,
	`left_at` datetime(3),
	`granted_by` int,
	`granted_at` datetime(3),
	`grant_reason` varchar(255),
	CONSTRAINT `ticket_participants_id` PRIMARY KEY(`id`),
	CONSTRAINT `ticket_participants_lead` UNIQUE(`ticket_id`,`lead_slot`),
	CONSTRAINT `ticket_participants_unit` UNIQUE(`ticket_id`,`unit_code`,`slot`)
);
--> statement-breakpoint
CREATE TABLE `ticket_search` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tokens` mediumtext CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `ticket_search_ticket_id` PRIMARY KEY(`ticket_id`)
);
--> statement-breakpoint
CREATE TABLE `tickets` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`query_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`state` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`version` int NOT NULL,
	`type` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`category_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`urgency` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`is_confidential` boolean NOT NULL,
	`is_anonymous` boolean NOT NULL,
	`needs_reply` boolean NOT NULL,
	`title` varchar(128) NOT NULL,
	`content` text NOT NULL,
	`wish` varchar(1000) NOT NULL DEFAULT '',
	`occurred_at` datetime(3),
	`county_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin,
	`township` varchar(64),
	`place` varchar(255) NOT NULL DEFAULT '',
	`longitude` double,
	`latitude` double,
	`is_cross_city` boolean NOT NULL DEFAULT false,
	`accused` varchar(128),
	`accused_unit` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`tags` json NOT NULL,
	`channel` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line_id` int,
	`upstream_number` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`citizen_id` bigint,
	`caller_name` varchar(64),
	`caller_phone` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`caller_address` varchar(255),
	`lead_unit` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`first_unit` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`returned_by` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`suggested_unit` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`rule_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`dispatch_reason` varchar(512),
	`inbox_mark` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	`internal_reply` text,
	`public_reply` text,
	`close_kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	`dispatch_count` int NOT NULL DEFAULT 0,
	`return_count` int NOT NULL DEFAULT 0,
	`urge_count` int NOT NULL DEFAULT 0,
	`created_by` int,
	`registered_at` datetime(3) NOT NULL,
	`dispatched_at` datetime(3),
	`signed_at` datetime(3),
	`replied_at` datetime(3),
	`closed_at` datetime(3),
	`changed_at` datetime(3) NOT NULL,
	`sign_due_at` datetime(3),
	`handle_due_at` datetime(3),
	`return_by` datetime(3),
	`warn_at` datetime(3),
	`next_due_at` datetime(3),
	`calendar_version` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`clock_mark` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	`parent_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`merged_into` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	CONSTRAINT `tickets_id` PRIMARY KEY(`id`),
	CONSTRAINT `tickets_number` UNIQUE(`number`)
);
--> statement-breakpoint
CREATE TABLE `counties` (
	`code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(32) NOT NULL,
	`initials` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`population` int,
	`former_codes` json NOT NULL,
	`sort_order` int NOT NULL,
	CONSTRAINT `counties_code` PRIMARY KEY(`code`)
);
--> statement-breakpoint
CREATE TABLE `units` (
	`code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(64) NOT NULL,
	`short_name` varchar(32) NOT NULL,
	`initials` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`parent_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`county_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin,
	`assess_class` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`regulator_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`duties` varchar(512) NOT NULL DEFAULT '',
	`phone` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`email` varchar(190),
	`sort_order` int NOT NULL,
	`is_seeded` boolean NOT NULL DEFAULT false,
	`is_sample` boolean NOT NULL DEFAULT false,
	`changed_at` datetime(3) NOT NULL,
	`edited_at` datetime(3),
	`withdrawn_at` datetime(3),
	CONSTRAINT `units_code` PRIMARY KEY(`code`)
);
--> statement-breakpoint
ALTER TABLE `calendar_days` ADD CONSTRAINT `calendar_days_year_calendar_years_year_fk` FOREIGN KEY (`year`) REFERENCES `calendar_years`(`year`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `catalogue_rules` ADD CONSTRAINT `catalogue_rules_category_code_categories_code_fk` FOREIGN KEY (`category_code`) REFERENCES `categories`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `catalogue_rules` ADD CONSTRAINT `catalogue_rules_county_code_counties_code_fk` FOREIGN KEY (`county_code`) REFERENCES `counties`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `catalogue_rules` ADD CONSTRAINT `catalogue_rules_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `categories` ADD CONSTRAINT `categories_parent_code_categories_code_fk` FOREIGN KEY (`parent_code`) REFERENCES `categories`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `attachments` ADD CONSTRAINT `attachments_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `notifications` ADD CONSTRAINT `notifications_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `notifications` ADD CONSTRAINT `notifications_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `notifications` ADD CONSTRAINT `notifications_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_calls` ADD CONSTRAINT `ticket_calls_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD CONSTRAINT `ticket_deadlines_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_drafts` ADD CONSTRAINT `ticket_drafts_owner_id_users_id_fk` FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_events` ADD CONSTRAINT `ticket_events_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_events` ADD CONSTRAINT `ticket_events_actor_id_users_id_fk` FOREIGN KEY (`actor_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_events` ADD CONSTRAINT `ticket_events_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_participants` ADD CONSTRAINT `ticket_participants_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_participants` ADD CONSTRAINT `ticket_participants_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_search` ADD CONSTRAINT `ticket_search_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `tickets` ADD CONSTRAINT `tickets_category_code_categories_code_fk` FOREIGN KEY (`category_code`) REFERENCES `categories`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `tickets` ADD CONSTRAINT `tickets_county_code_counties_code_fk` FOREIGN KEY (`county_code`) REFERENCES `counties`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `tickets` ADD CONSTRAINT `tickets_citizen_id_citizens_id_fk` FOREIGN KEY (`citizen_id`) REFERENCES `citizens`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `tickets` ADD CONSTRAINT `tickets_lead_unit_units_code_fk` FOREIGN KEY (`lead_unit`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `tickets` ADD CONSTRAINT `tickets_created_by_users_id_fk` FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `units` ADD CONSTRAINT `units_parent_code_units_code_fk` FOREIGN KEY (`parent_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `units` ADD CONSTRAINT `units_county_code_counties_code_fk` FOREIGN KEY (`county_code`) REFERENCES `counties`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `units` ADD CONSTRAINT `units_regulator_code_units_code_fk` FOREIGN KEY (`regulator_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `calendar_days_date` ON `calendar_days` (`date`);--> statement-breakpoint
CREATE INDEX `catalogue_rules_category` ON `catalogue_rules` (`category_code`,`county_code`);--> statement-breakpoint
CREATE INDEX `categories_parent` ON `categories` (`parent_code`);--> statement-breakpoint
CREATE INDEX `citizens_other_phone` ON `citizens` (`other_phone`);--> statement-breakpoint
CREATE INDEX `attachments_ticket` ON `attachments` (`ticket_id`);--> statement-breakpoint
CREATE INDEX `attachments_draft` ON `attachments` (`draft_id`);--> statement-breakpoint
CREATE INDEX `attachments_digest` ON `attachments` (`sha256`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE INDEX `notifications_unit` ON `notifications` (`unit_code`,`read_at`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_user` ON `notifications` (`user_id`,`read_at`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_unsent` ON `notifications` (`channel`,`sent_at`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_ticket` ON `notifications` (`ticket_id`);--> statement-breakpoint
CREATE INDEX `ticket_calls_call` ON `ticket_calls` (`call_id`);--> statement-breakpoint
CREATE INDEX `ticket_deadlines_due` ON `ticket_deadlines` (`slot`,`due_at`);--> statement-breakpoint
CREATE INDEX `ticket_deadlines_warn` ON `ticket_deadlines` (`slot`,`warn_at`);--> statement-breakpoint
CREATE INDEX `ticket_drafts_owner` ON `ticket_drafts` (`owner_id`,`ended_at`,`changed_at`);--> statement-breakpoint
CREATE INDEX `ticket_drafts_call` ON `ticket_drafts` (`call_id`);--> statement-breakpoint
CREATE INDEX `ticket_drafts_ended` ON `ticket_drafts` (`ended_at`);--> statement-breakpoint
CREATE INDEX `ticket_events_at` ON `ticket_events` (`at`);--> statement-breakpoint
CREATE INDEX `ticket_events_actor` ON `ticket_events` (`actor_id`,`at`);--> statement-breakpoint
CREATE INDEX `ticket_events_unit` ON `ticket_events` (`unit_code`,`at`);--> statement-breakpoint
CREATE INDEX `ticket_participants_work` ON `ticket_participants` (`unit_code`,`slot`,`ticket_id`);--> statement-breakpoint
CREATE INDEX `tickets_unit_due` ON `tickets` (`lead_unit`,`state`,`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_unit` ON `tickets` (`lead_unit`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_state` ON `tickets` (`state`,`urgency`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_caller` ON `tickets` (`caller_phone`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_category` ON `tickets` (`category_code`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_county` ON `tickets` (`county_code`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_type` ON `tickets` (`type`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_creator` ON `tickets` (`created_by`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_citizen` ON `tickets` (`citizen_id`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_upstream` ON `tickets` (`upstream_number`);--> statement-breakpoint
CREATE INDEX `tickets_parent` ON `tickets` (`parent_id`);--> statement-breakpoint
CREATE INDEX `tickets_merged` ON `tickets` (`merged_into`);--> statement-breakpoint
CREATE INDEX `tickets_closed` ON `tickets` (`closed_at`);--> statement-breakpoint
CREATE INDEX `units_parent` ON `units` (`parent_code`);--> statement-breakpoint
CREATE INDEX `units_county` ON `units` (`county_code`);--> statement-breakpoint
CREATE FULLTEXT INDEX `ticket_search_tokens` ON `ticket_search` (`tokens`);

CREATE TABLE `oversight_alerts` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`trigger_id` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`subject` varchar(48) NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`level` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`day` varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`since` datetime(3) NOT NULL,
	`raised_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`slot` tinyint,
	`rules_version` int NOT NULL,
	CONSTRAINT `oversight_alerts_id` PRIMARY KEY(`id`),
	CONSTRAINT `oversight_alerts_day` UNIQUE(`trigger_id`,`subject`,`day`),
	CONSTRAINT `oversight_alerts_standing` UNIQUE(`trigger_id`,`subject`,`slot`)
);
--> statement-breakpoint
CREATE TABLE `oversight_signals` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`source` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`level` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`words` varchar(500) NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int,
	`ended_at` datetime(3),
	`ended_why` varchar(200),
	CONSTRAINT `oversight_signals_id` PRIMARY KEY(`id`),
	CONSTRAINT `oversight_signals_source` UNIQUE(`source`)
);
--> statement-breakpoint
ALTER TABLE `oversight_signals` ADD CONSTRAINT `oversight_signals_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `oversight_alerts_ticket` ON `oversight_alerts` (`ticket_id`,`slot`);--> statement-breakpoint
CREATE INDEX `oversight_alerts_level` ON `oversight_alerts` (`slot`,`level`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_alerts_unit` ON `oversight_alerts` (`slot`,`unit_code`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_signals_ticket` ON `oversight_signals` (`ticket_id`,`ended_at`);--> statement-breakpoint
CREATE INDEX `oversight_signals_open` ON `oversight_signals` (`ended_at`,`id`);
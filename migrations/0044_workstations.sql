CREATE TABLE `workstation_alarms` (
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`about` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`words` varchar(200) NOT NULL,
	`raised_at` datetime(3) NOT NULL,
	`settled_at` datetime(3),
	CONSTRAINT `workstation_alarms_unit_code_kind_about_pk` PRIMARY KEY(`unit_code`,`kind`,`about`)
);
--> statement-breakpoint
CREATE TABLE `workstation_confirmations` (
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`month` varchar(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`confirmed_at` datetime(3) NOT NULL,
	`by_id` int,
	`by_name` varchar(64) NOT NULL,
	CONSTRAINT `workstation_confirmations_unit_code_month_pk` PRIMARY KEY(`unit_code`,`month`)
);
--> statement-breakpoint
CREATE TABLE `workstation_duties` (
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`on_day` date NOT NULL,
	`shift` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`leader` varchar(32) NOT NULL DEFAULT '',
	`name` varchar(32) NOT NULL DEFAULT '',
	`phone` varchar(40) NOT NULL DEFAULT '',
	`changed_at` datetime(3) NOT NULL,
	CONSTRAINT `workstation_duties_unit_code_on_day_shift_pk` PRIMARY KEY(`unit_code`,`on_day`,`shift`)
);
--> statement-breakpoint
CREATE TABLE `workstations` (
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`leader_name` varchar(32) NOT NULL DEFAULT '',
	`leader_phone` varchar(40) NOT NULL DEFAULT '',
	`handler_name` varchar(32) NOT NULL DEFAULT '',
	`handler_phone` varchar(40) NOT NULL DEFAULT '',
	`backup_name` varchar(32) NOT NULL DEFAULT '',
	`backup_phone` varchar(40) NOT NULL DEFAULT '',
	`feedback_name` varchar(32) NOT NULL DEFAULT '',
	`feedback_phone` varchar(40) NOT NULL DEFAULT '',
	`duty_phone` varchar(40) NOT NULL DEFAULT '',
	`funding` varchar(200) NOT NULL DEFAULT '',
	`cover` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'ALL',
	`version` int NOT NULL,
	`changed_at` datetime(3) NOT NULL,
	CONSTRAINT `workstations_unit_code` PRIMARY KEY(`unit_code`)
);
--> statement-breakpoint
ALTER TABLE `workstation_alarms` ADD CONSTRAINT `workstation_alarms_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `workstation_confirmations` ADD CONSTRAINT `workstation_confirmations_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `workstation_confirmations` ADD CONSTRAINT `workstation_confirmations_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `workstation_duties` ADD CONSTRAINT `workstation_duties_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `workstations` ADD CONSTRAINT `workstations_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `workstation_alarms_open` ON `workstation_alarms` (`settled_at`);--> statement-breakpoint
CREATE INDEX `workstation_duties_day` ON `workstation_duties` (`on_day`,`shift`);
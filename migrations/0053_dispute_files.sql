CREATE TABLE `dispute_files` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`dispute_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`file_name` varchar(255) NOT NULL,
	`media_type` varchar(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`bytes` int NOT NULL,
	`sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`uploaded_by` int NOT NULL,
	`by_name` varchar(64) NOT NULL,
	`uploaded_at` datetime(3) NOT NULL,
	CONSTRAINT `dispute_files_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `dispute_files` ADD CONSTRAINT `dispute_files_dispute_id_disputes_id_fk` FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_files` ADD CONSTRAINT `dispute_files_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_files` ADD CONSTRAINT `dispute_files_uploaded_by_users_id_fk` FOREIGN KEY (`uploaded_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `dispute_files_dispute` ON `dispute_files` (`dispute_id`,`id`);--> statement-breakpoint
CREATE INDEX `dispute_files_digest` ON `dispute_files` (`sha256`);
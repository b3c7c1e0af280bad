CREATE TABLE `oversight_batch_counters` (
	`year` int NOT NULL,
	`last_number` int NOT NULL,
	CONSTRAINT `oversight_batch_counters_year` PRIMARY KEY(`year`)
);
--> statement-breakpoint
CREATE TABLE `oversight_batches` (
	`number` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`cut_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`document_number` varchar(32) NOT NULL,
	`recipient` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`office` varchar(64) NOT NULL,
	`copy_to` varchar(64),
	`items` int NOT NULL,
	`cutoff_at` datetime(3) NOT NULL,
	`state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`json_sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`json_bytes` int,
	`xlsx_sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`xlsx_bytes` int,
	`sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`written_at` datetime(3),
	`receipt` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`receipt_at` datetime(3),
	`receipt_text` varchar(500),
	`reconciled_at` datetime(3),
	CONSTRAINT `oversight_batches_number` PRIMARY KEY(`number`),
	CONSTRAINT `oversight_batches_recipient` UNIQUE(`cut_id`,`recipient`)
);
--> statement-breakpoint
CREATE TABLE `oversight_cuts` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`cut_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`occasion` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`asked_by` int,
	`asked_at` datetime(3) NOT NULL,
	`cutoff_at` datetime(3),
	`last_error` varchar(255),
	CONSTRAINT `oversight_cuts_id` PRIMARY KEY(`id`),
	CONSTRAINT `oversight_cuts_key` UNIQUE(`cut_key`)
);
--> statement-breakpoint
CREATE TABLE `oversight_files` (
	`batch_number` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`format` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`part` int NOT NULL,
	`content` mediumblob NOT NULL,
	CONSTRAINT `oversight_files_batch_number_format_part_pk` PRIMARY KEY(`batch_number`,`format`,`part`)
);
--> statement-breakpoint
CREATE TABLE `oversight_items` (
	`cut_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`recipient` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line` int NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_number` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`registered_at` datetime(3) NOT NULL,
	`type` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`urgency` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`category` varchar(128) NOT NULL,
	`county` varchar(32),
	`township` varchar(64),
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit` varchar(64) NOT NULL,
	`co_units` varchar(512) NOT NULL,
	`due_at` datetime(3) NOT NULL,
	`extensions` smallint NOT NULL,
	`returns_asked` smallint NOT NULL,
	`redo` smallint NOT NULL,
	`urges` smallint NOT NULL,
	`callers` int NOT NULL,
	`risk` varchar(64) NOT NULL,
	`last_kind` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`last_at` datetime(3),
	`step` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'LISTED',
	`case_number` varchar(64),
	`result` varchar(1000),
	`step_at` datetime(3),
	`struck_at` datetime(3),
	`struck_why` varchar(128),
	`open_slot` tinyint DEFAULT 1,
	CONSTRAINT `oversight_items_cut_id_recipient_line_pk` PRIMARY KEY(`cut_id`,`recipient`,`line`),
	CONSTRAINT `oversight_items_ticket` UNIQUE(`ticket_id`,`cut_id`)
);
--> statement-breakpoint
CREATE TABLE `oversight_receipts` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`receipt_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`batch_number` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`line` int,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`case_number` varchar(64),
	`words` varchar(1000),
	`at` datetime(3) NOT NULL,
	`received_at` datetime(3) NOT NULL,
	`by_id` int,
	`is_effective` boolean NOT NULL,
	CONSTRAINT `oversight_receipts_id` PRIMARY KEY(`id`),
	CONSTRAINT `oversight_receipts_key` UNIQUE(`receipt_key`)
);
--> statement-breakpoint
ALTER TABLE `oversight_batches` ADD CONSTRAINT `oversight_batches_cut_id_oversight_cuts_id_fk` FOREIGN KEY (`cut_id`) REFERENCES `oversight_cuts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_cuts` ADD CONSTRAINT `oversight_cuts_asked_by_users_id_fk` FOREIGN KEY (`asked_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_files` ADD CONSTRAINT `oversight_files_batch_number_oversight_batches_number_fk` FOREIGN KEY (`batch_number`) REFERENCES `oversight_batches`(`number`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_items` ADD CONSTRAINT `oversight_items_cut_id_oversight_cuts_id_fk` FOREIGN KEY (`cut_id`) REFERENCES `oversight_cuts`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_receipts` ADD CONSTRAINT `oversight_receipts_batch_number_oversight_batches_number_fk` FOREIGN KEY (`batch_number`) REFERENCES `oversight_batches`(`number`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_receipts` ADD CONSTRAINT `oversight_receipts_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `oversight_batches_state` ON `oversight_batches` (`state`,`number`);--> statement-breakpoint
CREATE INDEX `oversight_cuts_undone` ON `oversight_cuts` (`cutoff_at`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_items_open` ON `oversight_items` (`open_slot`,`cut_id`);--> statement-breakpoint
CREATE INDEX `oversight_receipts_item` ON `oversight_receipts` (`batch_number`,`line`);
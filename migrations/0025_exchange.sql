CREATE TABLE `exchange_matters` (
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`own_call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`account` json,
	`following` json,
	`sent_seq` int NOT NULL DEFAULT 0,
	`received_seq` int NOT NULL DEFAULT 0,
	`gap_since` datetime(3),
	`due_at` datetime(3),
	`created_at` datetime(3) NOT NULL,
	`changed_at` datetime(3) NOT NULL,
	CONSTRAINT `exchange_matters_call_id` PRIMARY KEY(`call_id`)
);
--> statement-breakpoint
CREATE TABLE `exchange_messages` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`direction` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`content` json NOT NULL,
	`state` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`reply` json,
	`attempts` int NOT NULL DEFAULT 0,
	`next_at` datetime(3),
	`created_at` datetime(3) NOT NULL,
	`settled_at` datetime(3),
	CONSTRAINT `exchange_messages_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `exchange_owners` (
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`epoch` int NOT NULL,
	`holder` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`why` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`since` datetime(3) NOT NULL,
	CONSTRAINT `exchange_owners_call_id_epoch_pk` PRIMARY KEY(`call_id`,`epoch`)
);
--> statement-breakpoint
CREATE INDEX `exchange_matters_own` ON `exchange_matters` (`own_call_id`);--> statement-breakpoint
CREATE INDEX `exchange_matters_due` ON `exchange_matters` (`due_at`);--> statement-breakpoint
CREATE INDEX `exchange_matters_changed` ON `exchange_matters` (`changed_at`);--> statement-breakpoint
CREATE INDEX `exchange_messages_call` ON `exchange_messages` (`call_id`,`direction`,`seq`);--> statement-breakpoint
CREATE INDEX `exchange_messages_waiting` ON `exchange_messages` (`state`,`next_at`);
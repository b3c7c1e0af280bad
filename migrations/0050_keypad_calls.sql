CREATE TABLE `keypad_calls` (
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`follow_up_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`result` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`solved` tinyint,
	`satisfied` tinyint,
	`ended_at` datetime(3) NOT NULL,
	`settled_at` datetime(3),
	CONSTRAINT `keypad_calls_call_id` PRIMARY KEY(`call_id`)
);
--> statement-breakpoint
ALTER TABLE `keypad_calls` ADD CONSTRAINT `keypad_calls_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `keypad_calls_open` ON `keypad_calls` (`settled_at`,`ended_at`);
RENAME TABLE `voice_messages` TO `callbacks`;--> statement-breakpoint
ALTER TABLE `callbacks` RENAME COLUMN `left_at` TO `since`;--> statement-breakpoint
ALTER TABLE `callbacks` DROP INDEX `voice_messages_file`;--> statement-breakpoint
ALTER TABLE `callbacks` DROP FOREIGN KEY `voice_messages_call_id_calls_id_fk`;
--> statement-breakpoint
ALTER TABLE `callbacks` DROP FOREIGN KEY `voice_messages_line_id_lines_id_fk`;
--> statement-breakpoint
ALTER TABLE `callbacks` DROP FOREIGN KEY `voice_messages_handled_by_agents_user_id_fk`;
--> statement-breakpoint
DROP INDEX `voice_messages_todo` ON `callbacks`;--> statement-breakpoint
ALTER TABLE `callbacks` MODIFY COLUMN `file_name` varchar(160) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `callbacks` MODIFY COLUMN `duration_ms` int;--> statement-breakpoint
ALTER TABLE `callbacks` MODIFY COLUMN `sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `callbacks` ADD `reason` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;--> statement-breakpoint
UPDATE `callbacks` SET `reason` = 'MESSAGE';--> statement-breakpoint
ALTER TABLE `callbacks` ADD CONSTRAINT `callbacks_call` UNIQUE(`call_id`,`reason`);--> statement-breakpoint
ALTER TABLE `callbacks` ADD CONSTRAINT `callbacks_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `callbacks` ADD CONSTRAINT `callbacks_line_id_lines_id_fk` FOREIGN KEY (`line_id`) REFERENCES `lines`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `callbacks` ADD CONSTRAINT `callbacks_handled_by_agents_user_id_fk` FOREIGN KEY (`handled_by`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `callbacks_todo` ON `callbacks` (`status`,`since`);
CREATE TABLE `exchange_ties` (
	`packet_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `exchange_ties_packet_id` PRIMARY KEY(`packet_id`)
);
--> statement-breakpoint
ALTER TABLE `exchange_matters` ADD `is_open` boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `exchange_ties_created` ON `exchange_ties` (`created_at`);--> statement-breakpoint
CREATE INDEX `exchange_matters_open` ON `exchange_matters` (`is_open`);--> statement-breakpoint
UPDATE `exchange_matters` SET `is_open` = true WHERE `account` IS NOT NULL AND JSON_UNQUOTE(JSON_EXTRACT(`account`, '$.isOver')) = 'false';

CREATE TABLE `call_rating_links` (
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`token_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`opened_at` datetime(3),
	CONSTRAINT `call_rating_links_call_id` PRIMARY KEY(`call_id`),
	CONSTRAINT `call_rating_links_token` UNIQUE(`token_hash`)
);
--> statement-breakpoint
ALTER TABLE `call_rating_links` ADD CONSTRAINT `call_rating_links_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `call_rating_links_number` ON `call_rating_links` (`number`,`created_at`);--> statement-breakpoint
CREATE INDEX `call_surveys_result` ON `call_surveys` (`result`,`asked_at`);
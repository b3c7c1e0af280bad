CREATE TABLE `call_surveys` (
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`agent_id` int,
	`scale` tinyint NOT NULL,
	`level` tinyint,
	`result` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`asked_at` datetime(3) NOT NULL,
	`answered_at` datetime(3),
	CONSTRAINT `call_surveys_call_id` PRIMARY KEY(`call_id`)
);
--> statement-breakpoint
ALTER TABLE `call_surveys` ADD CONSTRAINT `call_surveys_call_id_calls_id_fk` FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `call_surveys` ADD CONSTRAINT `call_surveys_agent_id_agents_user_id_fk` FOREIGN KEY (`agent_id`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `call_surveys_agent` ON `call_surveys` (`agent_id`,`asked_at`);
CREATE TABLE `never_calls` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`reason` varchar(200) NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int NOT NULL,
	`slot` tinyint,
	`lifted_at` datetime(3),
	`lifted_by` int,
	`lift_reason` varchar(200),
	CONSTRAINT `never_calls_id` PRIMARY KEY(`id`),
	CONSTRAINT `never_calls_number` UNIQUE(`number`,`slot`)
);
--> statement-breakpoint
ALTER TABLE `callbacks` ADD `tries` int DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `callbacks` ADD `tried_at` datetime(3);--> statement-breakpoint
ALTER TABLE `callbacks` ADD `next_at` datetime(3);--> statement-breakpoint
ALTER TABLE `callbacks` ADD `tried_by` int;--> statement-breakpoint
ALTER TABLE `callbacks` ADD `result` varchar(16) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `calls` ADD `direction` varchar(4) CHARACTER SET ascii COLLATE ascii_bin DEFAULT 'IN' NOT NULL;--> statement-breakpoint
ALTER TABLE `calls` ADD `is_secret` boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `never_calls` ADD CONSTRAINT `never_calls_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `never_calls` ADD CONSTRAINT `never_calls_lifted_by_users_id_fk` FOREIGN KEY (`lifted_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `callbacks` ADD CONSTRAINT `callbacks_tried_by_agents_user_id_fk` FOREIGN KEY (`tried_by`) REFERENCES `agents`(`user_id`) ON DELETE no action ON UPDATE no action;
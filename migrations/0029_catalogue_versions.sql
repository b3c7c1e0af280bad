CREATE TABLE `catalogue_changes` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`rule_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`source` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int,
	`by_name` varchar(64) NOT NULL,
	`why` varchar(200) NOT NULL,
	`before_it` json,
	`after_it` json,
	CONSTRAINT `catalogue_changes_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `catalogue_rules` DROP INDEX `catalogue_rules_key`;--> statement-breakpoint
ALTER TABLE `catalogue_rules` ADD `version` int DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `catalogue_rules` ADD CONSTRAINT `catalogue_rules_version` UNIQUE(`rule_key`,`version`);--> statement-breakpoint
ALTER TABLE `catalogue_changes` ADD CONSTRAINT `catalogue_changes_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `catalogue_changes_rule` ON `catalogue_changes` (`rule_key`,`id`);
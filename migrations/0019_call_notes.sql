CREATE TABLE `call_notes` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	`author_id` int,
	`author` varchar(64) NOT NULL,
	`text` text NOT NULL,
	CONSTRAINT `call_notes_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE INDEX `call_notes_call` ON `call_notes` (`call_id`,`id`);--> statement-breakpoint
INSERT IGNORE INTO `call_notes` (`id`, `call_id`, `at`, `author_id`, `author`, `text`)
SELECT `calls`.`id`, `calls`.`id`, COALESCE(`calls`.`ended_at`, `calls`.`arrived_at`), `calls`.`agent_id`, COALESCE(`users`.`name`, ''), `calls`.`note`
FROM `calls` LEFT JOIN `users` ON `users`.`id` = `calls`.`agent_id` WHERE `calls`.`note` <> '';--> statement-breakpoint
ALTER TABLE `calls` DROP COLUMN `note`;
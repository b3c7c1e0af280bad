CREATE TABLE `learner_marks` (
	`id` int NOT NULL,
	`closed_at` datetime(3) NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `learner_marks_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `learner_models` (
	`version` int NOT NULL,
	`state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`trained_at` datetime(3),
	`tickets` int NOT NULL DEFAULT 0,
	`words` int NOT NULL DEFAULT 0,
	`units` int NOT NULL DEFAULT 0,
	`held_out` double,
	`model` mediumtext,
	CONSTRAINT `learner_models_version` PRIMARY KEY(`version`)
);
--> statement-breakpoint
CREATE TABLE `learner_outcomes` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`version` int NOT NULL,
	`guessed` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`chosen` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`is_agreed` boolean NOT NULL,
	`closed_at` datetime(3) NOT NULL,
	CONSTRAINT `learner_outcomes_ticket_id` PRIMARY KEY(`ticket_id`)
);
--> statement-breakpoint
ALTER TABLE `learner_outcomes` ADD CONSTRAINT `learner_outcomes_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `learner_outcomes_closed` ON `learner_outcomes` (`closed_at`);
CREATE TABLE `emergency_handovers` (
	`id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`service` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(64) NOT NULL,
	`agent_id` int NOT NULL,
	`asked_at` datetime(3) NOT NULL,
	`dialled_at` datetime(3),
	`picked_up_at` datetime(3),
	`agent_left_at` datetime(3),
	`ended_at` datetime(3),
	`result` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`version` int NOT NULL,
	`packet_state` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`packet_at` datetime(3),
	`packet_tries` int NOT NULL DEFAULT 0,
	`next_at` datetime(3),
	`packet` json,
	`reply` json,
	CONSTRAINT `emergency_handovers_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE INDEX `emergency_handovers_call` ON `emergency_handovers` (`call_id`);--> statement-breakpoint
CREATE INDEX `emergency_handovers_asked` ON `emergency_handovers` (`asked_at`);--> statement-breakpoint
CREATE INDEX `emergency_handovers_due` ON `emergency_handovers` (`packet_state`,`next_at`);
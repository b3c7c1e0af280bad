CREATE TABLE `history_checks` (
	`day` varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`started_at` datetime(3) NOT NULL,
	`finished_at` datetime(3),
	`after_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`tickets` int NOT NULL,
	`events` bigint NOT NULL,
	`faults` int NOT NULL,
	`found` json NOT NULL,
	CONSTRAINT `history_checks_day` PRIMARY KEY(`day`)
);

CREATE TABLE `ticket_reindex` (
	`version` int NOT NULL,
	`before_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`finished_at` datetime(3),
	CONSTRAINT `ticket_reindex_version` PRIMARY KEY(`version`)
);

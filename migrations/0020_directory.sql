CREATE TABLE `directory_entries` (
	`id` int AUTO_INCREMENT NOT NULL,
	`number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`name` varchar(64) NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`hours` varchar(200) NOT NULL DEFAULT '',
	`remark` varchar(200) NOT NULL DEFAULT '',
	`sort_order` int NOT NULL,
	`is_seeded` boolean NOT NULL DEFAULT false,
	`is_sample` boolean NOT NULL DEFAULT false,
	`changed_at` datetime(3) NOT NULL,
	`edited_at` datetime(3),
	`withdrawn_at` datetime(3),
	CONSTRAINT `directory_entries_id` PRIMARY KEY(`id`),
	CONSTRAINT `directory_entries_number` UNIQUE(`number`)
);

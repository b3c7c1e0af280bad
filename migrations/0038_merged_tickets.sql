CREATE TABLE `ticket_clusters` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`lead_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`title` varchar(64) NOT NULL,
	`announcement` varchar(1000) NOT NULL,
	`category_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`county_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin,
	`place` varchar(255) NOT NULL DEFAULT '',
	`created_by` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`changed_by` int NOT NULL,
	`changed_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	CONSTRAINT `ticket_clusters_id` PRIMARY KEY(`id`),
	CONSTRAINT `ticket_clusters_lead` UNIQUE(`lead_id`)
);
--> statement-breakpoint
ALTER TABLE `ticket_clusters` ADD CONSTRAINT `ticket_clusters_lead_id_tickets_id_fk` FOREIGN KEY (`lead_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `ticket_clusters_offered` ON `ticket_clusters` (`ended_at`,`category_code`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_merged` ON `tickets` (`merged_into`,`id`);
DROP INDEX `ticket_events_at` ON `ticket_events`;--> statement-breakpoint
DROP INDEX `tickets_upstream` ON `tickets`;--> statement-breakpoint
DROP INDEX `tickets_parent` ON `tickets`;--> statement-breakpoint
DROP INDEX `tickets_merged` ON `tickets`;--> statement-breakpoint
ALTER TABLE `tickets` ADD `upstream_due_at` datetime(3);
DROP INDEX `ticket_deadlines_due` ON `ticket_deadlines`;--> statement-breakpoint
DROP INDEX `ticket_deadlines_warn` ON `ticket_deadlines`;--> statement-breakpoint
ALTER TABLE `outbox` ADD `done_at` datetime(3);--> statement-breakpoint
CREATE INDEX `outbox_undone` ON `outbox` (`done_at`,`relayed_at`);--> statement-breakpoint
CREATE INDEX `ticket_deadlines_due` ON `ticket_deadlines` (`slot`,`overdue_at`,`due_at`);--> statement-breakpoint
CREATE INDEX `ticket_deadlines_warn` ON `ticket_deadlines` (`slot`,`warned_at`,`warn_at`);
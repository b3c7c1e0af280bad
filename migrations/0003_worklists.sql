CREATE INDEX `tickets_returned` ON `tickets` (`returned_by`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_due` ON `tickets` (`next_due_at`,`id`,`warn_at`);
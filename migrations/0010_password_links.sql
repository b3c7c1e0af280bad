CREATE TABLE IF NOT EXISTS `password_links` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`user_id` int NOT NULL,
	`token_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`created_by` int NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`used_at` datetime(3),
	`withdrawn_at` datetime(3),
	CONSTRAINT `password_links_id` PRIMARY KEY(`id`),
	CONSTRAINT `password_links_token` UNIQUE(`token_hash`),
	KEY `password_links_user` (`user_id`,`used_at`),
	CONSTRAINT `password_links_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE cascade ON UPDATE no action
);

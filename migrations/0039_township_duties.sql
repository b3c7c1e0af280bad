CREATE TABLE `township_duties` (
	`category_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`basis` varchar(255) NOT NULL,
	CONSTRAINT `township_duties_category_code` PRIMARY KEY(`category_code`)
);

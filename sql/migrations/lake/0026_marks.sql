-- one mark per athlete in place of one for all: a night makes both tables again
DROP TABLE IF EXISTS lake.marts.past_mark;
DROP TABLE IF EXISTS lake.marts.latest_mark;

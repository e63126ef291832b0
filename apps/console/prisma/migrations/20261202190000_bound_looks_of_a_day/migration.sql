-- Each look counts the people whom its agent has seen today.
create index look_of_agent on look (user_id, recorded_at);

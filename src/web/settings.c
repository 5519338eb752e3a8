#include "web/settings.h"

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.listen = {"127.0.0.1:8470"},
		.listen_count = 1,
		.queue = 1000,
		.connections = 12000,
		.connections_per_address = 1000,
		.url_bytes = 8192,
		.header_bytes = 12288,
		.body_bytes = (size_t)16 << 20,
		.bodies_bytes = (size_t)256 << 20,
		.head_seconds = 10,
		.body_seconds = 30,
		.answer_seconds = 30,
		.send_seconds = 60,
		.idle_seconds = 75,
		.stop_seconds = 30,
	};
}

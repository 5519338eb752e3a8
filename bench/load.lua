-- What wrk asks: the requests of the file in $BENCH_REQUESTS, one a line "METHOD PATH BODY", a different one each time.
-- Each thread begins elsewhere. $BENCH_PAUSE: milliseconds, on the average, before each request of a connection. The result
-- goes to $BENCH_RESULT as one line of JSON.

local threads = 0
local requests = {}
local at = 0

function setup(thread)
	thread:set("number", threads)
	threads = threads + 1
end

function init(arguments)
	local headers = {["Content-Type"] = "application/json"}
	for line in io.lines(os.getenv("BENCH_REQUESTS")) do
		local method, path, body = line:match("^(%S+) (%S+) ?(.*)$")
		requests[#requests + 1] = wrk.format(method, path, method == "POST" and headers or nil,
			method == "POST" and body or nil)
	end
	at = number * 7919 % #requests
end

function request()
	at = at % #requests + 1
	return requests[at]
end

local pause = tonumber(os.getenv("BENCH_PAUSE") or "0")
if pause > 0 then
	function delay()
		return math.random(0, 2 * pause)
	end
end

function done(summary, latency, _)
	local result = io.open(os.getenv("BENCH_RESULT"), "w")
	local errors = summary.errors
	result:write(string.format(
		'{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.6f,"p99":%.6f,"p999":%.6f,"max":%.6f,' ..
		'"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
		summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e6,
		latency:percentile(99) / 1e6, latency:percentile(99.9) / 1e6, latency.max / 1e6,
		errors.connect, errors.read, errors.write, errors.timeout, errors.status))
	result:close()
end

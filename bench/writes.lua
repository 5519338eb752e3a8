-- What wrk posts for tools/bench writes: another officer each time, with the token in $BENCH_TOKEN. The id of each that
-- was accepted goes to $BENCH_RESULT.N, N the thread; the figures go to $BENCH_RESULT as one line of JSON.

local threads = {}

function setup(thread)
	thread:set("number", #threads + 1)
	threads[#threads + 1] = thread
end

function init(arguments)
	count, accepted, refused = 0, 0, ""
	ids = io.open(os.getenv("BENCH_RESULT") .. "." .. number, "w")
	wrk.headers["Content-Type"] = "application/json"
	wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
end

function request()
	count = count + 1
	local body = string.format('{"office":"GS","name":"Invented Person","login":"%s.%d.%d","roles":["reader"]}',
		os.getenv("BENCH_RUN"), number, count)
	return wrk.format("POST", "/api/v1/officers", nil, body)
end

function response(status, headers, body)
	if status == 201 then
		accepted = accepted + 1
		ids:write(body:match('"id":"([^"]+)"'), "\n")
	else
		refused = body:sub(1, 300)
	end
end

function done(summary, latency, _)
	local accepted, refused = 0, ""
	for _, thread in ipairs(threads) do
		accepted = accepted + thread:get("accepted")
		if thread:get("refused") ~= "" then refused = thread:get("refused") end
	end
	local errors = summary.errors
	local result = io.open(os.getenv("BENCH_RESULT"), "w")
	result:write(string.format('{"accepted":%d,"seconds":%.6f,"p50":%.6f,"p99":%.6f,"max":%.6f,"errors":%d,"refused":%q}\n',
		accepted, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, latency.max / 1e6,
		errors.connect + errors.read + errors.write + errors.timeout + errors.status, refused:gsub("[^%w ,.:;]", " ")))
	result:close()
end

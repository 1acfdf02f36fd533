-- Sends whole requests from a file, one after the other, over and over; and says what came of it as one line of JSON.
local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
local requests, next = {}, 0
for text in file:read("*a"):gmatch("[^%z]+") do
  requests[#requests + 1] = text
end
file:close()

request = function()
  next = next % #requests + 1
  return requests[next]
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"bytes":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"failed":%d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end

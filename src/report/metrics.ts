import { createCounter, createHistogram, type MetricFamily } from './metrics-values.ts';

const quick = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];
const slow = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1800];

function loopCounts() {
	return {
		looks: createCounter({
			name: 'holdfast_looks_total',
			help: 'Looks at an app, by what followed: again, rest, pause, engineAway',
			labelNames: ['outcome'],
		}),
		lookSeconds: createHistogram({
			name: 'holdfast_look_duration_seconds',
			help: 'Time of a look at an app, with what was carried out in it',
			bounds: slow,
		}),
		plans: createCounter({
			name: 'holdfast_plans_total',
			help: 'Plans that were carried out, by whether a person asked for some of it',
			labelNames: ['asked'],
		}),
		steps: createCounter({
			name: 'holdfast_steps_total',
			help: 'Steps of plans, by kind and outcome: done, failed, skipped',
			labelNames: ['kind', 'outcome'],
		}),
		stepSeconds: createHistogram({
			name: 'holdfast_step_duration_seconds',
			help: 'Time of the steps that were done or failed, by kind',
			labelNames: ['kind'],
			bounds: slow,
		}),
	};
}

function engineCounts() {
	return {
		pulls: createCounter({
			name: 'holdfast_pulls_total',
			help: 'Downloads of images, by outcome: ok or the code of the failure',
			labelNames: ['outcome'],
		}),
		pulledBytes: createCounter({
			name: 'holdfast_pulled_bytes_total',
			help: 'Bytes of image layers that were downloaded',
		}),
		engineCalls: createCounter({
			name: 'holdfast_engine_calls_total',
			help: 'Calls of the container engine, by method and outcome: ok or the code of the failure',
			labelNames: ['method', 'outcome'],
		}),
		engineCallSeconds: createHistogram({
			name: 'holdfast_engine_call_duration_seconds',
			help: 'Time of calls of the container engine, by method; without pulls and streams',
			labelNames: ['method'],
			bounds: quick,
		}),
	};
}

function outsideCounts() {
	return {
		requests: createCounter({
			name: 'holdfast_http_requests_total',
			help: 'Requests of the local API, by method, pattern of the route and status',
			labelNames: ['method', 'route', 'status'],
		}),
		requestSeconds: createHistogram({
			name: 'holdfast_http_request_duration_seconds',
			help: 'Time of requests of the local API, by pattern of the route; without streams',
			labelNames: ['route'],
			bounds: quick,
		}),
		logLines: createCounter({
			name: 'holdfast_log_lines_total',
			help: 'Lines read from services or written by the supervisor: stdout, stderr, system',
			labelNames: ['stream'],
		}),
		cloudRequests: createCounter({
			name: 'holdfast_cloud_requests_total',
			help: 'Requests to the cloud and its registry: poll, report, other; outcome: ok, refused, unreachable',
			labelNames: ['request', 'outcome'],
		}),
		events: createCounter({
			name: 'holdfast_events_total',
			help: 'Events by type; lines of logs are not among them',
			labelNames: ['type'],
		}),
		eventReadersDropped: createCounter({
			name: 'holdfast_event_readers_dropped_total',
			help: 'Readers of the event stream that took too little of it',
		}),
	};
}

/** What is counted from the start of the process on. Cheap: to count is to look a name up and to add. */
export function createCounts() {
	return { ...loopCounts(), ...engineCounts(), ...outsideCounts() };
}

/** Counters and histograms by what they count. */
export type Counts = ReturnType<typeof createCounts>;

/** All of them, in the order of the documents. */
export function familiesOf(counts: Counts): readonly MetricFamily[] {
	return Object.values(counts);
}

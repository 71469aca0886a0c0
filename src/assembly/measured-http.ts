import type { HttpAnswer, HttpClient, HttpRequest } from '../cloud/http.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode, messageOf } from '../kit/errors.ts';
import type { PublishEvent } from '../model/event.ts';
import type { CloudReadings } from '../report/metrics-device.ts';
import type { Counts } from '../report/metrics.ts';

export interface HttpMeasures extends CloudReadings {
	/** The same client; every request is counted, and told when the cloud comes or goes. */
	measure(http: HttpClient): HttpClient;
	/** Who is told from now on. */
	tell(publish: PublishEvent): void;
}

export function createHttpMeasures(counts: Counts, clock: Pick<Clock, 'now'>): HttpMeasures {
	const successes = new Map<string, number>();
	let isUp: boolean | undefined;
	let publish: PublishEvent = () => undefined;
	const answered = (request: string, { status }: HttpAnswer): void => {
		const isGood = (status >= 200 && status < 300) || status === 304;
		counts.cloudRequests.add([request, isGood ? 'ok' : 'refused']);
		if (isGood) successes.set(request, clock.now().getTime() / 1000);
		if (request === 'other' || isUp === true) return; // registries are asked by this client, too
		publish({ type: 'cloud.up' });
		isUp = true;
	};
	const unanswered = (request: string, err: unknown): void => {
		if (!hasCode(err, 'CLOUD_UNREACHABLE')) return; // given up, or an answer without an end
		counts.cloudRequests.add([request, 'unreachable']);
		if (request === 'other' || isUp === false) return;
		publish({ type: 'cloud.down', error: messageOf(err) });
		isUp = false;
	};
	return {
		isUp: () => isUp,
		successes: () => successes,
		tell: (listener) => void (publish = listener),
		measure: (http) => ({
			close: () => http.close(),
			async send(request) {
				const name = nameOf(request);
				try {
					const answer = await http.send(request);
					answered(name, answer);
					return answer;
				} catch (err) {
					unanswered(name, err);
					throw err;
				}
			},
		}),
	};
}

function nameOf({ method, url }: HttpRequest): 'poll' | 'report' | 'other' {
	if (!/\/device\/v\d\/(?:[^/]+\/)?state\b/.test(url)) return 'other';
	return method === 'GET' ? 'poll' : 'report';
}

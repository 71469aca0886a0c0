import type { EngineMeasures } from '../engine/measured-engine.ts';
import type { Clock } from '../kit/clock.ts';
import type { LoopWitness } from '../loop/loop-witness.ts';
import type { ProgressEvent } from '../model/progress.ts';
import type { LogSink } from '../ports/log-sink.ts';
import type { RequestWitness } from '../api/request-witness.ts';
import type { Counts } from '../report/metrics.ts';

/** Counts the calls of the engine and the downloads. */
export function engineMeasures(
	{ engineCalls, engineCallSeconds, pulls, pulledBytes }: Counts,
	clock: Pick<Clock, 'monotonicMs'>,
): EngineMeasures {
	return {
		clock,
		onDownloaded: (bytes) => pulledBytes.add([], bytes),
		onCall(method, outcome, seconds) {
			engineCalls.add([method, outcome]);
			if (method === 'pullImage') pulls.add([outcome]);
			else engineCallSeconds.observe([method], seconds);
		},
	};
}

/** Counts looks and plans. */
export function loopMeasures({ looks, lookSeconds, plans }: Counts): LoopWitness {
	return {
		planMade: ({ isAsked }) => plans.add([String(isAsked)]),
		looked({ outcome, tookMs }) {
			looks.add([outcome]);
			lookSeconds.observe([], tookMs / 1000);
		},
	};
}

/** Counts steps; to be subscribed to the executor's progress. */
export function stepMeasures({ steps, stepSeconds }: Counts): (event: ProgressEvent) => void {
	return (event) => {
		const isForLater = event.kind === 'stepSkipped' || event.kind === 'stepPostponed';
		if (isForLater) steps.add([event.step.kind, 'skipped']);
		if (event.kind !== 'stepDone' && event.kind !== 'stepFailed') return;
		steps.add([event.step.kind, event.kind === 'stepDone' ? 'done' : 'failed']);
		stepSeconds.observe([event.step.kind], event.tookMs / 1000);
	};
}

/** Counts requests of the local API. */
export function requestMeasures({ requests, requestSeconds }: Counts): RequestWitness {
	return ({ method, path, status, tookMs, isStream }) => {
		requests.add([method.toUpperCase(), path, String(status)]);
		if (!isStream) requestSeconds.observe([path], tookMs / 1000);
	};
}

/** Counts lines. */
export function lineMeasures({ logLines }: Counts): LogSink {
	return {
		write: ({ isSystem, isStdErr }) =>
			logLines.add([isSystem ? 'system' : isStdErr ? 'stderr' : 'stdout']),
	};
}

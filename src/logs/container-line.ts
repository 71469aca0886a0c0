import { labelNames } from '../model/labels.ts';
import type { LogLine } from '../model/log-line.ts';
import type { ContainerDetails, EngineLogLine } from '../ports/container-engine.ts';

/** Which lines of a container are wanted, as its own BALENA_LOGS_LEVEL says: `err` for those of its standard error. */
export type LogLevel = 'none' | 'err' | 'all';

export function logLevelOf({ env }: Pick<ContainerDetails, 'env'>): LogLevel {
	const prefix = 'BALENA_LOGS_LEVEL=';
	const level = env.find((entry) => entry.startsWith(prefix))?.slice(prefix.length);
	if (level === 'none') return 'none';
	return level === 'err' || level === 'error' ? 'err' : 'all';
}

/** Lines of a container as the sinks get them, made fast: there may be tens of thousands a second. */
export function createLineMaker(
	labels: Readonly<Record<string, string>>,
): (line: EngineLogLine) => LogLine {
	const number = Number(labels[labelNames.serviceId] ?? Number.NaN);
	const serviceId = Number.isSafeInteger(number) ? number : undefined;
	const serviceName = labels[labelNames.serviceName];
	const appUuid = labels[labelNames.appUuid];
	const millisecondsOf = createStampReader();
	return ({ message, isStdErr, stamp }) => ({
		message,
		timestampMs: millisecondsOf(stamp),
		isSystem: false,
		isStdErr,
		serviceId,
		serviceName,
		appUuid,
	});
}

const secondsLength = '2026-01-02T03:04:05'.length;

/** Parses the seconds of a stamp once for all lines that share them. */
function createStampReader(): (stamp: string) => number {
	let seconds = '';
	let secondsMs = 0;
	return (stamp) => {
		if (seconds === '' || !stamp.startsWith(seconds)) {
			seconds = stamp.slice(0, secondsLength);
			secondsMs = Date.parse(`${seconds}Z`);
		}
		return secondsMs + Number(stamp.slice(secondsLength + 1, secondsLength + 4));
	};
}

import { labelNames } from '../model/labels.ts';
import type { LogLine } from '../model/log-line.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { ContainerDetails, EngineLogLine } from '../ports/container-engine.ts';

/** Which lines of a container are wanted, as its own BALENA_LOGS_LEVEL says: `err` for those of its standard error. */
export type LogLevel = 'none' | 'err' | 'all';

export function logLevelOf({ env }: Pick<ContainerDetails, 'env'>): LogLevel {
	const prefix = 'BALENA_LOGS_LEVEL=';
	const level = env.find((entry) => entry.startsWith(prefix))?.slice(prefix.length);
	if (level === 'none') return 'none';
	return level === 'err' || level === 'error' ? 'err' : 'all';
}

export function toLogLine(
	{ labels }: Pick<ObservedContainer, 'labels'>,
	{ message, isStdErr, stamp }: EngineLogLine,
): LogLine {
	const serviceId = Number(labels[labelNames.serviceId] ?? Number.NaN);
	return {
		message,
		timestampMs: Date.parse(stamp),
		isSystem: false,
		isStdErr,
		serviceId: Number.isSafeInteger(serviceId) ? serviceId : undefined,
		serviceName: labels[labelNames.serviceName],
		appUuid: labels[labelNames.appUuid],
	};
}

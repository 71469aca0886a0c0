import type { PublishEvent } from '../../model/event.ts';
import type { LogSink } from '../../ports/log-sink.ts';
import { shortened, type AppIdOf } from '../../report/events-steps.ts';

/** Puts lines of logs among the events, while anybody wants them. */
export interface LogTap extends LogSink {
	/** @returns ends it for the caller */
	follow(): () => void;
}

export function createLogTap(publish: PublishEvent, appIdOf: AppIdOf): LogTap {
	const followers = new Set<symbol>();
	return {
		follow() {
			const follower = Symbol('follower');
			followers.add(follower);
			return () => void followers.delete(follower);
		},
		write({ message, isStdErr, isSystem, serviceName, appUuid }) {
			if (followers.size === 0) return;
			const service = { appUuid, appId: appIdOf(appUuid), serviceName };
			publish({ type: 'log.line', ...service, message: shortened(message), isStdErr, isSystem });
		},
	};
}

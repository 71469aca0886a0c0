import type { Clock } from '../../kit/clock.ts';
import type { ChangedBy, NewHistoryEntry } from '../../model/history.ts';
import type { TargetState } from '../../model/target.ts';
import type { PowerOrder } from '../../ports/host.ts';
import { shortened } from '../../report/events-steps.ts';
import type { RequestedChange, SeenRequest } from '../../report/history-requests.ts';

type Now = Pick<Clock, 'now'>;

const asked = 'asked for over the local API';

/** @returns a request that changed something, as it is written down */
export function requestEntry(
	{ tookMs, by, error }: SeenRequest,
	{ kind, text, outcome, serviceName, ...named }: RequestedChange,
	{ clock, target }: { readonly clock: Now; readonly target: TargetState | undefined },
): NewHistoryEntry {
	const endedAtMs = clock.now().getTime();
	const app = target?.apps.find(
		({ appId, appUuid }) => Number(appId) === named.appId || String(appUuid) === named.appUuid,
	);
	const isChanged = serviceName !== undefined && outcome === 'done';
	return {
		startedAt: new Date(endedAtMs - tookMs).toISOString(),
		endedAt: new Date(endedAtMs).toISOString(),
		tookMs: Math.round(tookMs),
		...{ kind, text, outcome, by, cause: asked },
		appUuid: named.appUuid ?? app?.appUuid,
		appId: named.appId ?? app?.appId,
		appName: app?.name,
		...(error === undefined ? {} : { error: shortened(error) }),
		services: isChanged ? [{ serviceName, change: kind, cause: asked }] : [],
		...{ steps: 0, failures: 0 },
	};
}

/** What was refused: a whole target, or an app of one. */
export interface Refusal {
	readonly appUuid?: string;
	readonly appId?: number | undefined;
	readonly appName?: string | undefined;
	readonly error: string;
	readonly by: ChangedBy;
}

export function refusalEntry({ error, by, ...app }: Refusal, clock: Now): NewHistoryEntry {
	const text =
		app.appUuid === undefined ? 'a target state' : `the target of ${app.appName ?? app.appUuid}`;
	const verdict = {
		cause: 'it is not valid',
		outcome: 'refused',
		error: shortened(error),
	} as const;
	return { ...momentOf(clock), ...app, kind: 'target', text, by, ...verdict };
}

export function powerEntry(order: PowerOrder, clock: Now): NewHistoryEntry {
	const text = `${order} of the device`;
	const by: ChangedBy = { kind: 'supervisor' };
	return {
		...momentOf(clock),
		...{ kind: order, text, by, cause: 'a change that is due requires it', outcome: 'done' },
	};
}

function momentOf(
	clock: Now,
): Pick<NewHistoryEntry, 'startedAt' | 'endedAt' | 'tookMs' | 'services' | 'steps' | 'failures'> {
	const at = clock.now().toISOString();
	return { startedAt: at, endedAt: at, tookMs: 0, services: [], steps: 0, failures: 0 };
}

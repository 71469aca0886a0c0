import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import type { ChangedBy, ChangeKind, ChangeOutcome, NewHistoryEntry } from '../../model/history.ts';
import type { Step } from '../../model/plan.ts';
import { changeOf, type Change } from '../../report/explain-change.ts';
import { shortened } from '../../report/events-steps.ts';

/** What is known of a change when it begins. */
export interface ChangeStart {
	readonly kind: ChangeKind;
	readonly by: ChangedBy;
	readonly cause: string;
	readonly appUuid: string;
	readonly appId?: number | undefined;
	readonly appName?: string | undefined;
	readonly fromCommit?: string | undefined;
	readonly toCommit?: string | undefined;
}

/** A change of an app that is under way: steps of one plan after the other. */
export interface OpenChange {
	readonly start: ChangeStart;
	done(step: Step): void;
	failed(step: Step, err: Error): void;
	/** @returns undefined when nothing was changed and nothing went wrong */
	finish(outcome: ChangeOutcome, error?: string): NewHistoryEntry | undefined;
}

/** Services of one change that are told. */
const servicesMax = 64;

export function openChange(start: ChangeStart, clock: Clock): OpenChange {
	const startedAt = clock.now();
	const startedMs = clock.monotonicMs();
	const changes = new Map<string, Change & { readonly cause: string }>();
	const count = { steps: 0, failures: 0 };
	let lastError: string | undefined;
	return {
		start,
		done(step) {
			if (isKeeping(step)) return;
			count.steps += 1;
			const { serviceName, cause } = step;
			if (serviceName === undefined) return;
			const change = changeOf(step, changes.get(serviceName));
			if (change !== undefined) changes.set(serviceName, { ...change, cause });
		},
		failed(step, err) {
			count.failures += 1;
			lastError = shortened(`${step.id}: ${messageOf(err)}`);
		},
		finish(outcome, error = lastError) {
			if (count.steps === 0 && count.failures === 0 && outcome !== 'failed') return undefined;
			const { kind, cause, appName, appUuid } = start;
			return {
				...start,
				...count,
				cause: shortened(cause),
				text: textOf(kind, appName ?? appUuid, start.toCommit),
				startedAt: startedAt.toISOString(),
				endedAt: clock.now().toISOString(),
				tookMs: Math.round(clock.monotonicMs() - startedMs),
				outcome,
				...(error === undefined ? {} : { error }),
				services: [...changes].slice(0, servicesMax).map(([serviceName, change]) => ({
					serviceName,
					change: change.code,
					cause: shortened(change.cause),
				})),
			};
		},
	};
}

/** Steps that change nothing that a user could see. */
function isKeeping({ kind }: Step): boolean {
	return (
		kind === 'takeLocks' ||
		kind === 'releaseLocks' ||
		kind === 'recordCommit' ||
		kind === 'clearHandover' ||
		kind === 'waitHandover'
	);
}

function textOf(kind: ChangeKind, app: string, commit: string | undefined): string {
	const release = commit === undefined ? '' : ` ${commit.slice(0, 12)}`;
	if (kind === 'install') return `release${release} of ${app} installed`;
	if (kind === 'update') return `${app} brought to release${release}`;
	if (kind === 'remove') return `${app} removed`;
	return kind === 'repair' ? `${app} put right` : `${kind} of ${app}`;
}

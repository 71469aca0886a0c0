import { hasCode, messageOf, SupervisorError, toError } from '../kit/errors.ts';
import type { RejectedApp } from '../model/target.ts';
import { lookAtApp } from './app-look.ts';
import type { AppLook } from './look-deps.ts';
import type { LookOutcome } from './look-outcome.ts';
import { conclude, resume } from './pauses.ts';

/** Stands among failed steps for a look that came to no plan. */
const lookItself = 'look';

/** Reason of an app's condition while the engine does not answer. */
export const waitingForEngine = 'waiting for the container engine';

const rest: LookOutcome = { kind: 'rest' };

/** A look at the app that never rejects: what goes wrong becomes the app's condition and the outcome. */
export async function attemptLook(look: AppLook): Promise<LookOutcome> {
	const { app, signal } = look;
	if (app.rejected !== undefined) return tellRejected(look, app.rejected);
	try {
		const outcome = await lookAtApp(look);
		return outcome.kind === 'engineAway' ? tellAway(look) : outcome;
	} catch (err) {
		return signal.aborted ? { kind: 'again' } : concludeThrown(look, err);
	}
}

/** The look came to no plan, or to no end of it. */
function concludeThrown(look: AppLook, err: unknown): LookOutcome {
	const { app, deps } = look;
	const message = messageOf(err);
	app.requests.rejectAll(toError(err));
	if (hasCode(err, 'ENGINE_UNAVAILABLE')) return tellAway(look);
	if (hasCode(err, 'COMPOSITION_INVALID')) {
		deps.conditions.set(app.appUuid, { phase: 'rejected', reason: message, failures: 0 });
		return rest;
	}
	const isResting = app.attempts.resting().has(lookItself);
	if (isResting) return resume(look);
	deps.log.warn({ err, appUuid: app.appUuid }, 'no plan for an app');
	return conclude(look, err, [lookItself]);
}

function tellAway({ app, deps }: AppLook): LookOutcome {
	deps.conditions.explain(app.appUuid, waitingForEngine);
	return { kind: 'engineAway' };
}

function tellRejected({ app, deps }: AppLook, { reasons }: RejectedApp): LookOutcome {
	const reason = reasons.join('; ');
	app.requests.rejectAll(new SupervisorError(reason, { code: 'TARGET_INVALID', retry: 'never' }));
	deps.conditions.set(app.appUuid, { phase: 'rejected', reason, failures: 0 });
	return rest;
}

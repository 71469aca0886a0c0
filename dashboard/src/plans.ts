/** An event of the device, as far as plans are concerned. */
export interface PlanEvent {
	readonly type: string;
	readonly at: string;
	readonly appUuid?: string | undefined;
	readonly [member: string]: unknown;
}

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

export interface StepView {
	readonly id: string;
	readonly kind: string;
	readonly resource: string;
	readonly cause: string;
	readonly state: StepState;
	/** Of a download under way. */
	readonly percent?: number | undefined;
	readonly tookMs?: number | undefined;
	readonly error?: string | undefined;
}

export interface PlanView {
	/** When it was made, in milliseconds since 1970. */
	readonly atMs: number;
	readonly steps: readonly StepView[];
}

/** The last plan of each app, by uuid. */
export type Plans = Readonly<Record<string, PlanView>>;

const states: Readonly<Record<string, StepState>> = {
	'step.started': 'running',
	'step.done': 'done',
	'step.failed': 'failed',
	'step.skipped': 'skipped',
};

/** The plans after an event; the same object where it changes none. */
export function nextPlans(plans: Plans, event: PlanEvent): Plans {
	const { appUuid = '' } = event;
	if (event.type === 'plan.made') return { ...plans, [appUuid]: planOf(event) };
	const plan = plans[appUuid];
	if (plan === undefined) return plans;
	if (event.type === 'pull.progress') {
		const image = textOf(event.image);
		const percent = Number(event.percent);
		return withSteps(plans, appUuid, (step) =>
			step.kind === 'pullImage' && step.state === 'running' && step.id.includes(image)
				? { ...step, percent }
				: step,
		);
	}
	const state = states[event.type];
	if (state === undefined) return plans;
	const change: Partial<StepView> = {
		state,
		tookMs: typeof event.tookMs === 'number' ? event.tookMs : undefined,
		error: typeof event.error === 'string' ? event.error : undefined,
	};
	return withSteps(plans, appUuid, (step) =>
		step.id === event.stepId ? { ...step, ...change } : step,
	);
}

function planOf({ at, steps }: PlanEvent): PlanView {
	const rows: readonly unknown[] = Array.isArray(steps) ? steps : [];
	return {
		atMs: Date.parse(at),
		steps: rows.map((row) => {
			const { id, kind, resource, cause } = (row ?? {}) as Record<string, unknown>;
			return {
				id: textOf(id),
				kind: textOf(kind),
				resource: textOf(resource),
				cause: textOf(cause),
				state: 'waiting',
			};
		}),
	};
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function withSteps(plans: Plans, appUuid: string, map: (step: StepView) => StepView): Plans {
	const plan = plans[appUuid];
	if (plan === undefined) return plans;
	return { ...plans, [appUuid]: { ...plan, steps: plan.steps.map(map) } };
}

/** `3 of 7 done`, `failed: …`, `7 steps done in 12 s`. */
export interface PlanSummary {
	readonly done: number;
	readonly total: number;
	readonly failed: number;
	readonly isOver: boolean;
}

export function summaryOf({ steps }: PlanView): PlanSummary {
	const count = (state: StepState): number => steps.filter((step) => step.state === state).length;
	return {
		done: count('done'),
		total: steps.length,
		failed: count('failed'),
		isOver: count('waiting') + count('running') === 0,
	};
}

import { durationText, wordsOf } from '../format.ts';
import { summaryOf, type PlanView, type StepState, type StepView } from '../plans.ts';
import { Icon, type IconName } from './icon.tsx';
import { Progress } from './meter.tsx';

/** The last plan of an app; it fills in while it is carried out. */
export function PlanList({
	plan,
	isActive,
}: {
	readonly plan: PlanView;
	readonly isActive: boolean;
}) {
	const { done, total, failed, isOver } = summaryOf(plan);
	const isLive = isActive && !isOver;
	return (
		<details class="plan" open={isLive || failed > 0}>
			<summary>
				<span>{isLive ? 'Plan' : 'Last plan'}</span>
				<span class="soft">
					{done} of {total} {total === 1 ? 'step' : 'steps'} done
					{failed > 0 && `, ${failed} failed`}
				</span>
				{isLive && <progress max={total} value={done} aria-label="Steps done" />}
			</summary>
			<ol>
				{plan.steps.map((step) => (
					<Step key={step.id} step={step} />
				))}
			</ol>
		</details>
	);
}

const icons: Readonly<Record<StepState, [IconName | undefined, string]>> = {
	waiting: ['clock', 'to come'],
	running: [undefined, 'under way'],
	done: ['check', 'done'],
	failed: ['cross', 'failed'],
	skipped: ['dash', 'left out'],
};

function Step({ step }: { readonly step: StepView }) {
	const [icon, word] = icons[step.state];
	return (
		<li class={`step ${step.state}`}>
			{icon === undefined ? <span class="spinner" aria-hidden="true" /> : <Icon name={icon} />}
			<div>
				<span>
					{wordsOf(step.kind)} <b>{step.resource}</b>
					<span class="unseen"> ({word})</span>
				</span>
				<span class="soft">
					{' '}
					{step.cause}
					{step.tookMs !== undefined && ` · ${tookText(step.tookMs)}`}
				</span>
				{step.error !== undefined && <span class="error block">{step.error}</span>}
				{step.state === 'running' && step.kind === 'pullImage' && (
					<Progress label={`Download of ${step.resource}`} percent={step.percent} />
				)}
			</div>
		</li>
	);
}

function tookText(ms: number): string {
	return ms < 1000 ? `${Math.round(ms)} ms` : durationText(ms / 1000);
}

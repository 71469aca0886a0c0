import type { Schemas } from '../../../tools/client/client.ts';
import { agoText, sentence, shortCommit, wordsOf } from '../format.ts';
import type { PageState, Session } from '../session.ts';
import { useNow } from '../use-store.ts';
import type { PageVerbs } from './app.tsx';
import { Icon } from './icon.tsx';
import { PlanList } from './plan-list.tsx';
import { ServiceRow } from './service-row.tsx';

type AppStatus = Schemas['AppStatus'];

const phases: Readonly<Record<AppStatus['phase'], [string, string]>> = {
	applying: ['busy', 'Applying'],
	settled: ['good', 'Settled'],
	backoff: ['bad', 'Trying again'],
	locked: ['warn', 'Locked'],
	waiting: ['warn', 'Waiting'],
	rejected: ['bad', 'Rejected'],
};

export interface AppCardProps {
	readonly app: AppStatus;
	readonly state: PageState;
	readonly session: Session;
	readonly verbs: PageVerbs;
}

/** One app: how it stands, what is being done, and its services. */
export function AppCard({ app, state, session, verbs }: AppCardProps) {
	const [tone, word] = phases[app.phase];
	const plan = state.plans[app.appUuid];
	const title = `app-${app.appUuid}`;
	return (
		<article class="card app" aria-labelledby={title}>
			<div class="head">
				<h2 id={title}>{app.name}</h2>
				<span class={`pill ${tone}`}>{word}</span>
				<Release app={app} />
				<span class="grow" />
				<AppActions app={app} session={session} verbs={verbs} />
			</div>
			<AppReason app={app} />
			<ul class="services">
				{app.services.map((service) => (
					<ServiceRow
						key={service.containerId ?? service.serviceName}
						{...{ app, service, session, verbs }}
						samples={state.samples[`${app.appUuid}/${service.serviceName}`]}
					/>
				))}
			</ul>
			{plan && <PlanList plan={plan} isActive={app.phase === 'applying'} />}
			{app.ignored.length > 0 && <Ignored fields={app.ignored} />}
		</article>
	);
}

function Release({ app: { targetCommit, currentCommit } }: { readonly app: AppStatus }) {
	const isUpdate = currentCommit !== undefined && currentCommit !== targetCommit;
	return (
		<span class="release soft mono" title={targetCommit ?? ''}>
			{isUpdate && `${shortCommit(currentCommit)} → `}
			{targetCommit === undefined ? 'no release' : shortCommit(targetCommit)}
		</span>
	);
}

function AppReason({ app }: { readonly app: AppStatus }) {
	const now = useNow();
	if (app.reason === '' && app.lastError === undefined) return null;
	const next = app.nextAttemptAt === undefined ? NaN : Date.parse(app.nextAttemptAt);
	return (
		<div class={`reason ${app.phase}`}>
			{app.lock !== undefined && <Icon name="lock" />}
			<p>
				{reasonText(app.reason)}
				{next > now && <span class="soft"> Next attempt {agoText(next, now)}.</span>}
				{app.lock !== undefined && (
					<span class="soft block">
						Lock of service {app.lock.serviceName}, held since{' '}
						{agoText(Date.parse(app.lock.since), now)}:{' '}
						<span class="mono break">{app.lock.path}</span>
					</span>
				)}
				{app.lastError !== undefined && app.lastError !== app.reason && (
					<span class="soft block">Last failure: {app.lastError}</span>
				)}
			</p>
		</div>
	);
}

/** Reasons may begin with the kind of a step. */
function reasonText(reason: string): string {
	return sentence(reason.replace(/^[a-z]+[A-Z]\w*/, wordsOf));
}

function AppActions({ app, session, verbs }: Omit<AppCardProps, 'state'>) {
	const path = { uuid: app.appUuid };
	return (
		<div class="actions">
			<button
				type="button"
				class="small"
				aria-label={`Restart app ${app.name}`}
				title="Restart all services"
				onClick={() =>
					verbs.ask({
						title: `Restart ${app.name}?`,
						text: 'Every container is replaced by a new one. Volumes stay.',
						button: 'Restart',
						done: `${app.name} was restarted.`,
						run: (force) =>
							session.client.POST('/v3/apps/{uuid}/restart', { params: { path }, body: { force } }),
					})
				}
			>
				<Icon name="restart" />
				<span>Restart</span>
			</button>
			<button
				type="button"
				class="small danger"
				aria-label={`Purge data of app ${app.name}`}
				title="Purge all data"
				onClick={() =>
					verbs.ask({
						title: `Purge the data of ${app.name}?`,
						text: 'All volumes of the app are emptied. What is in them is gone for good.',
						button: 'Purge data',
						isDangerous: true,
						done: `The data of ${app.name} was purged.`,
						run: (force) =>
							session.client.POST('/v3/apps/{uuid}/purge', { params: { path }, body: { force } }),
					})
				}
			>
				<Icon name="trash" />
				<span>Purge data</span>
			</button>
		</div>
	);
}

function Ignored({ fields }: { readonly fields: readonly string[] }) {
	return (
		<details class="ignored">
			<summary>
				{fields.length} {fields.length === 1 ? 'field' : 'fields'} of the composition without effect
			</summary>
			<ul>
				{fields.map((field) => (
					<li key={field}>{field}</li>
				))}
			</ul>
		</details>
	);
}

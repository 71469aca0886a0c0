import type { Schemas } from '../../../tools/client/client.ts';
import { agoText, bytesText, durationText, sentence, shortCommit } from '../format.ts';
import type { Samples } from '../samples.ts';
import type { Session } from '../session.ts';
import { useNow } from '../use-store.ts';
import type { PageVerbs } from './app.tsx';
import { Progress } from './meter.tsx';
import { ServiceActions } from './service-actions.tsx';
import { Sparkline } from './sparkline.tsx';

type Service = Schemas['ServiceStatus'];

export interface ServiceRowProps {
	readonly app: Schemas['AppStatus'];
	readonly service: Service;
	readonly session: Session;
	readonly verbs: PageVerbs;
	readonly samples: Samples | undefined;
}

/** One service: its state in a word and in a sentence, what it uses, what can be done. */
export function ServiceRow({ app, service, session, verbs, samples }: ServiceRowProps) {
	const { serviceName, isTarget, commit } = service;
	return (
		<li class="service" data-service={serviceName}>
			<div class="name">
				<span class={`dot ${toneOf(service)}`} aria-hidden="true" />
				<h3>{serviceName}</h3>
				<span class="word">{wordOf(service)}</span>
				{!isTarget && <span class="soft">of release {shortCommit(commit)}</span>}
			</div>
			<div class="numbers">
				{service.memoryBytes !== undefined && (
					<>
						<Sparkline
							label="Memory"
							values={samples?.memory ?? []}
							text={bytesText(service.memoryBytes)}
						/>
						<Sparkline
							label="Processor"
							values={samples?.cpu ?? []}
							text={service.cpuPercent === undefined ? '–' : `${service.cpuPercent.toFixed(1)} %`}
						/>
					</>
				)}
			</div>
			{isTarget && <ServiceActions {...{ app, service, session, verbs }} />}
			<div class="words">
				{service.downloadPercent !== undefined && (
					<Progress label={`Download of ${serviceName}`} percent={service.downloadPercent} />
				)}
				<Explanation service={service} />
			</div>
		</li>
	);
}

function Explanation({ service }: { readonly service: Service }) {
	const now = useNow();
	const { explanation, lastChange, uptimeSeconds, startedAt, restarts = 0 } = service;
	const isTold = explanation !== undefined && explanation.code !== 'running';
	const upSeconds = startedAt === undefined ? uptimeSeconds : (now - Date.parse(startedAt)) / 1000;
	return (
		<p>
			{isTold && <span class="why">{sentence(explanation.text)}. </span>}
			<span class="soft">
				{upSeconds !== undefined && `Up ${durationText(upSeconds)}. `}
				{restarts > 0 && `Restarted by the engine ${restarts} times. `}
				{lastChange !== undefined &&
					`${sentence(lastChange.text)} (${agoText(Date.parse(lastChange.since), now)}).`}
			</span>
		</p>
	);
}

const tones: Readonly<Record<string, string>> = {
	running: 'good',
	unhealthy: 'bad',
	restarting: 'bad',
	dead: 'bad',
	backoff: 'bad',
	imageRefused: 'bad',
	portTaken: 'bad',
	rejected: 'bad',
	locked: 'warn',
	paused: 'warn',
	stoppedByPerson: 'idle',
	stoppedByTarget: 'idle',
	ended: 'idle',
	absent: 'idle',
};

function toneOf({ explanation, status, health }: Service): string {
	if (health === 'unhealthy') return 'bad';
	if (explanation !== undefined) return tones[explanation.code] ?? 'busy';
	return status === 'Running' ? 'good' : 'idle';
}

function wordOf({ status, health }: Service): string {
	const word = sentence(status);
	return health === undefined
		? word
		: `${word}, ${health === 'starting' ? 'health unknown' : health}`;
}

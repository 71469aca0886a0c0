import { expect } from 'chai';
import type { Schemas } from '../../client/client.ts';
import { planDocument } from './plan-document.ts';
import { renderEvent } from './render-event.ts';
import { renderDryRun } from './render-plan.ts';
import { renderV3Status, summarizeV3 } from './render-status.ts';

const since = '2026-01-01T00:00:00Z';
const service = {
	...{ serviceId: 1, image: 'i', imageId: 1, commit: 'c', isTarget: true },
};
const status: Schemas['Status'] = {
	revision: 1,
	at: since,
	device: {
		...{
			uuid: 'abcdef0123',
			name: 'gate-12',
			type: 't',
			arch: 'amd64',
			supervisorVersion: '20.0.0',
		},
		...{ ipAddresses: [], macAddresses: [], isManaged: true, isLocalMode: false, load: {} },
		cloud: { endpoint: 'http://cloud', state: 'failing', failures: 2, lastError: 'no route' },
	},
	loop: { state: 'applying', reason: 'hello: pullImage web' },
	apps: [
		{
			...{ appUuid: 'u', name: 'hello', phase: 'applying', reason: '', failures: 0, ignored: [] },
			services: [
				{
					...{ ...service, serviceName: 'web', status: 'Downloading', downloadPercent: 40.4 },
					explanation: { code: 'downloading', text: 'its image is being downloaded', since },
				},
				{
					...{ ...service, serviceName: 'worker', status: 'Running', health: 'healthy' },
					...{ memoryBytes: 12_340_000, cpuPercent: 1.25 },
					explanation: { code: 'running', text: 'runs as wanted', since },
					lastChange: { code: 'started', text: 'started: new image', since },
				},
			],
		},
	],
};

describe('what dindctl shows of v3', () => {
	it('must show the status as a table', () => {
		expect(renderV3Status(status).split('\n')).to.deep.equal([
			'Device  gate-12 (abcdef0)',
			'State   applying: hello: pullImage web',
			'Cloud   http://cloud, failing (no route)',
			'',
			'APP    SERVICE  STATUS            HEALTH   MEMORY   CPU    WHY',
			'hello  web      Downloading 40 %  –        –        –      its image is being downloaded',
			'hello  worker   Running           healthy  12.3 MB  1.3 %  runs as wanted; started: new image',
			'',
		]);
		expect(renderV3Status({ ...status, apps: [] })).to.include('No services.');
		expect(summarizeV3(status)).to.equal('applying, web Downloading 40 %, worker Running');
	});

	const events: [object, string][] = [
		[
			{
				type: 'step.done',
				serviceName: 'web',
				kind: 'startContainer',
				resource: 'web',
				cause: 'new image',
				tookMs: 1234,
			},
			'00:00:00 step.done web startContainer web (new image), 1.2 s',
		],
		[
			{
				type: 'step.failed',
				kind: 'pullImage',
				resource: 'web',
				cause: 'absent',
				tookMs: 100,
				error: 'no route',
			},
			'00:00:00 step.failed pullImage web (absent), 0.1 s: no route',
		],
		[{ type: 'plan.made', text: ['#1 a', '#2 b'] }, '00:00:00 plan.made \n  #1 a\n  #2 b'],
		[{ type: 'cloud.down', id: 3, error: 'away' }, '00:00:00 cloud.down error=away'],
		[{ type: 'engine.up' }, '00:00:00 engine.up'],
	];
	for (const [event, line] of events) {
		it(`must write an event as a line: ${line}`, () => {
			expect(renderEvent({ at: since, ...event })).to.equal(line);
		});
	}

	it('must show a dry run', () => {
		const run: Schemas['DryRun'] = {
			...{ isEmpty: false, text: ['#1 stopContainer web (new image)'], steps: [], waits: [] },
			services: [
				{
					appUuid: 'u',
					serviceName: 'web',
					change: 'replace',
					isInterrupted: true,
					strategy: 'hand-over',
				},
			],
			downloads: [{ image: 'web:2', services: ['web'], sizeBytes: 12_340_000 }],
			rejected: [],
			ignored: [{ appUuid: 'u', field: 'services.web.build: not a field' }],
		};
		expect(renderDryRun(run).split('\n')).to.deep.equal([
			'#1 stopContainer web (new image)',
			...['', 'Interrupted:', '  web (replace, hand-over)'],
			...['', 'Downloads:', '  web:2 for web, 12.3 MB'],
			...['', 'Without effect:', '  services.web.build: not a field', ''],
		]);
		expect(
			renderDryRun({ ...run, isEmpty: true, services: [], downloads: [], ignored: [] }),
		).to.equal('Nothing would be done.\n');
	});

	it('must make an app of a composition, with the images that are there', () => {
		const app = {
			...{ id: 7, name: 'hello', class: 'fleet' },
			releases: {
				aaaa: {
					id: 3,
					services: { web: { id: 1, image_id: 2, image: 'r/web@sha256:1', labels: { a: 'b' } } },
				},
			},
		};
		const services = {
			web: { build: '.', command: 'x' },
			db: { image: 'redis:7' },
			job: { build: 'j' },
		};
		const made = planDocument(app, { services, volumes: { d: {} } });
		expect(made).to.deep.include({ id: 7, name: 'hello', class: 'fleet' });
		expect(made.releases).to.deep.equal({
			dryrun: {
				...{ id: 4, volumes: { d: {} }, networks: {} },
				services: {
					web: {
						...{ id: 1, image_id: 2, image: 'r/web@sha256:1', environment: {}, labels: { a: 'b' } },
						composition: { command: 'x' },
					},
					db: {
						...{
							id: 1_000_001,
							image_id: 1_000_001,
							image: 'redis:7',
							environment: {},
							labels: {},
						},
						composition: {},
					},
					job: {
						...{ id: 1_000_002, image_id: 1_000_002, image: 'job:not-built-yet' },
						...{ environment: {}, labels: {}, composition: {} },
					},
				},
			},
		});
	});
});

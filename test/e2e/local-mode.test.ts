import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { wordsOf } from '../../tools/check/document-runs.ts';
import { createCliClient, type CliClient, type CliSession } from '../support/cli-client.ts';
import { cliGenerations, type CliGeneration, type CliProject } from '../support/cli-documents.ts';
import { eventually } from '../support/eventually.ts';
import { keepArtifacts } from './support/artifacts.ts';
import { createDindctl, mustExecute, repository } from './support/dindctl.ts';
import { firstPorts } from './support/first-ports.ts';

const firstPort = firstPorts.localMode;
const dindctl = createDindctl({ name: 'hf-e2e-local', firstPort });
const device = `${dindctl.name}-device`;
const enginePort = firstPort + 9;
const engineUrl = `http://127.0.0.1:${enginePort}`;
const supervisorUrl = `http://127.0.0.1:${firstPort}`;
const baseImage = 'busybox:stable';

/** A service that says so every second, and ends at once when told to. */
const saying = (text: string): string => `FROM ${baseImage}
RUN echo '${text}' >/says
CMD ["sh", "-c", "trap 'exit 0' TERM; while true; do cat /says; sleep 1 & wait $!; done"]
`;

/** The device's own engine, as a person on the device sees it. */
async function onDevice(...argv: string[]): Promise<string> {
	return (await mustExecute('docker', ['exec', device, 'docker', ...argv])).stdout.trim();
}

async function untilSaid({ log }: CliSession, serviceName: string, text: string): Promise<void> {
	await eventually(`${serviceName} says ${text}`, () => {
		const isSaid = log?.messages(serviceName).includes(text) === true;
		return isSaid || log?.fault !== undefined ? true : undefined;
	});
	expect(log?.fault).to.equal(undefined);
}

const project = mkdtempSync(join(tmpdir(), 'hf-e2e-project-'));

/** Writes the app that the device is made with. */
function writeProject(release: string): void {
	const command = ['sh', '-c', `echo ${release}; trap 'exit 0' TERM; sleep 9999 & wait`];
	const compose = { services: { brought: { image: baseImage, command } } };
	writeFileSync(join(project, 'compose.yml'), JSON.stringify(compose));
}

describe('a device without a cloud, and a developer beside it', () => {
	const sessions: CliSession[] = [];

	const client = (generation: CliGeneration): CliClient =>
		createCliClient({ supervisorUrl, engineUrl, generation, baseImage });

	const push = async (generation: CliGeneration, project: CliProject): Promise<CliSession> => {
		const session = await client(generation).push(project);
		sessions.push(session);
		return session;
	};

	before(async () => {
		await dindctl.mustCall('stop');
		writeProject('first');
		const [, , ...preload] = wordsOf('./dindctl run --preload DIR', { DIR: project });
		const engine = ['--engine-port', String(enginePort)];
		await dindctl
			.follow('./dindctl run --local', {}, ...engine, ...preload)
			.catch(async (err: unknown) => {
				await keepArtifacts(dindctl, 'run');
				throw err;
			});
		const answers = wordsOf('docker exec NAME docker version', { NAME: device });
		await mustExecute('sh', ['-c', answers.join(' ')]);
		const load = wordsOf('docker save IMAGE | docker exec -i NAME docker load', {
			IMAGE: baseImage,
			NAME: device,
		});
		await mustExecute('sh', ['-c', load.join(' ')]);
	});

	afterEach(async function () {
		for (const { log } of sessions.splice(0)) await log?.leave();
		if (this.currentTest?.state === 'failed') await keepArtifacts(dindctl, this.currentTest.title);
	});

	after(async () => {
		rmSync(project, { recursive: true });
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
	});

	/** Resolves once the app that the device was made with runs, and says this. */
	const untilBrought = (text: string): Promise<unknown> => {
		const filter = ['--format', '{{.Names}}', '--filter', 'name=brought'];
		const isSaid = async (): Promise<true | undefined> => {
			const [name = ''] = (await onDevice('ps', ...filter)).split('\n');
			if (name === '') return undefined;
			return (await onDevice('logs', name)) === text ? true : undefined;
		};
		return eventually(`the app that was brought says ${text}`, isSaid, { withinMs: 150_000 });
	};

	it('must have the image that was loaded as its documents say', async () => {
		const look = wordsOf(
			"docker image inspect --format '{{.Created}} {{json .RootFS.Layers}}' IMAGE",
			{ IMAGE: baseImage },
		).join(' ');
		const [here, there] = await Promise.all([
			mustExecute('sh', ['-c', look]),
			mustExecute('docker', ['exec', device, 'sh', '-c', look]),
		]);
		expect(there.stdout).to.equal(here.stdout);
	});

	it('must run the app that it was made with', async () => {
		await untilBrought('first');
	});

	it('must run the next release of it, which comes in a bundle', async () => {
		writeProject('second');
		const bundle = join(project, 'app.tar');
		await mustExecute(join(repository, 'dindctl'), ['bundle', project, '-o', bundle]);
		await dindctl.follow('./dindctl import app.tar', { 'app.tar': bundle });
		await untilBrought('second');
	});

	for (const generation of cliGenerations) {
		it(`must run what balena-cli ${generation} pushes, change it live, and rebuild it`, async () => {
			const session = await push(generation, { dockerfiles: { main: saying('first') } });
			await untilSaid(session, 'main', 'first');
			await session.changeFile('main', 'says', 'changed\n');
			await untilSaid(session, 'main', 'changed');
			const former = session.containers.main;
			await session.rebuild('main', saying('rebuilt'));
			await untilSaid(session, 'main', 'rebuilt');
			expect(session.containers.main).to.not.equal(former);
			expect(session.log?.lines[0]).to.deep.equal({ message: 'Streaming logs', isSystem: true });
		});
	}

	it("must give containers the names by which `device ssh` finds a service's", async () => {
		const name = await onDevice('ps', '--format', '{{.Names}}', '--filter', 'name=main');
		expect(name).to.match(/^main_\d+_\d+_10ca12e1ea5e$/);
	});

	it('must answer at the address by which clients on other ports find it', async () => {
		const find = wordsOf(
			"docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' holdfast-device",
			{ 'holdfast-device': device },
		);
		const address = (await mustExecute('sh', ['-c', find.join(' ')])).stdout.trim();
		expect((await fetch(`http://${address}:48484/ping`)).status).to.equal(200);
	});

	it('must run a composition that is pushed detached, and tell its status', async () => {
		const { containers, log } = await client('25.2.6').push(
			{
				dockerfiles: { web: saying('web'), db: saying('db') },
				compose: { web: { depends_on: ['db'], ports: ['8080:80'] }, db: { restart: 'always' } },
			},
			{ isDetached: true },
		);
		expect(log).to.equal(undefined);
		expect(Object.keys(containers).sort()).to.deep.equal(['db', 'web']);
		const running = await onDevice('ps', '--quiet', '--no-trunc');
		for (const id of Object.values(containers)) expect(running).to.include(id);
	});

	it('must leave the containers alone when the supervisor is started again', async () => {
		const before = await onDevice('ps', '--quiet', '--filter', 'label=io.balena.supervised');
		await onDevice('restart', 'balena_supervisor');
		await eventually('an answer', async () => {
			const answer = await fetch(`${supervisorUrl}/v2/state/status`);
			return (await answer.text()).includes('"appState":"applied"') ? true : undefined;
		});
		const after = await onDevice('ps', '--quiet', '--filter', 'label=io.balena.supervised');
		expect(after).to.equal(before);
	});
});

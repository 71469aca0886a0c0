import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appUuidOf, targetOf } from './testing/target-documents.ts';

const publishing = { composition: { ports: ['80:80'] } };

describe('reconciler and ports of the host', () => {
	let loop: LoopBench;
	beforeEach(() => (loop = startLoop()));
	afterEach(() => loop.stop());

	const running = (): string[] =>
		loop
			.containers()
			.filter((line) => line.endsWith('running'))
			.map((line) => line.replace(/_.*/, ''));

	it('must start one of two services that want a port, and say why the other is left out', async () => {
		loop.reconciler.setTarget(targetOf({ services: { api: publishing, web: publishing, db: {} } }));
		await loop.pass(3000);
		expect(running()).to.have.members(['api', 'db']);
		expect(loop.condition()?.phase).to.equal('waiting');
		expect(loop.condition()?.services?.['web']).to.deep.equal({
			code: 'portTaken',
			reason: 'port 80/tcp of the host belongs to service api',
		});
	});

	it('must start the other as soon as the port is free, be it that of another app', async () => {
		const waiting = { letter: 'b', services: { web: publishing } };
		loop.reconciler.setTarget(targetOf({ services: { api: publishing } }, waiting));
		await loop.pass(3000);
		expect(loop.condition('b')?.services?.['web']?.code).to.equal('portTaken');
		loop.reconciler.setTarget(targetOf({ release: 2, services: { api: {} } }, waiting));
		await loop.pass(5000);
		expect(running()).to.have.members(['api', 'web']);
		expect(loop.condition('b')).to.have.property('phase', 'settled');
	});

	it('must tell who asks for the start of a service that cannot have its port', async () => {
		loop.reconciler.setTarget(targetOf({ services: { api: publishing, web: publishing } }));
		await loop.pass(3000);
		const intents = [{ kind: 'start', serviceName: 'web' } as const];
		const asked = loop.reconciler.request(appUuidOf(), intents, { force: false }).then(
			() => undefined,
			(err: unknown) => err,
		);
		await loop.pass(1000);
		const err = await asked;
		expect(err).to.be.instanceOf(SupervisorError).with.property('code', 'PORT_TAKEN');
		expect(running()).to.deep.equal(['api']);
	});
});

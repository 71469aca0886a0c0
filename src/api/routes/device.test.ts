import { expect } from 'chai';
import { createStateBoard } from '../../loop/board.ts';
import { appKey, globalKey } from '../testing/fixture.ts';
import { expectAnswer, serve, type AnswerCase } from '../testing/serve.ts';

describe('the endpoints of the device', () => {
	const cases: AnswerCase[] = [
		{
			name: 'device summary',
			call: ['get', '/v1/device'],
			status: 200,
			json: {
				api_port: 48484,
				ip_address: '10.0.0.2',
				os_version: 'OS',
				mac_address: '02:00',
				supervisor_version: '20.0.0',
				update_pending: false,
				update_failed: false,
				update_downloaded: false,
				commit: 'commit1',
				status: 'Downloading',
				download_progress: 41,
			},
		},
		{
			name: 'container ids',
			call: ['get', '/v2/containerId'],
			status: 200,
			json: { status: 'success', services: { main: 'c1' } },
		},
		{
			name: 'one container id',
			call: ['get', '/v2/containerId?serviceName=main'],
			status: 200,
			json: { status: 'success', containerId: 'c1' },
		},
		{
			name: 'no container id',
			call: ['get', '/v2/containerId?service=web'],
			status: 503,
			json: { status: 'failed', message: 'Could not find service with that name' },
		},
	];
	for (const { name, ...one } of cases) {
		it(`must answer: ${name}`, () => expectAnswer(one));
	}

	it('must name a device local that was given no name yet', async () => {
		const { agent } = serve({ snapshot: () => createStateBoard().snapshot() });
		const answer = await agent.get(`/v2/device/name?apikey=${globalKey}`);
		expect(answer.body).to.deep.equal({ status: 'success', deviceName: 'local' });
	});

	it('must list two apps of one name side by side, and only those the key reaches', async () => {
		const { agent } = serve();
		const all = await agent.get(`/v2/applications/state?apikey=${globalKey}`);
		expect(Object.keys(all.body as object)).to.deep.equal(['same-name', 'same-name (uuid-2)']);
		expect(all.body).to.have.nested.property(
			'same-name (uuid-2).services.web.downloadProgress',
			41,
		);
		const own = await agent.get(`/v2/applications/state?apikey=${appKey}`);
		expect(Object.keys(own.body as object)).to.deep.equal(['same-name']);
	});
});

import { aliveMb } from '../../test/faults/support/heap.ts';
import { say } from '../support/bench-device.ts';
import { IdleDevice } from '../support/idle-device.ts';
import type { Row } from '../support/table.ts';

const delayMs = 250;
const answers = 40;
/** Changes of state, and wishes for another poll, while one answer is waited for. */
const disturbances = 1000;
/** The development cloud keeps the last requests in the same memory. */
const aimMb = 2;

/** What does a cloud that answers slowly cost, while much happens on the device? */
export async function measureSlowCloud(): Promise<Row[]> {
	say('a slow cloud');
	const device = await IdleDevice.start(() => ({}));
	try {
		await device.live(5);
		device.slowDown(delayMs);
		await disturbFor(device, 10);
		const before = await aliveMb();
		await disturbFor(device, answers);
		const grownMb = (await aliveMb()) - before;
		const atOnce = device.mostAtOnce;
		const what = `${answers} answers that take ${delayMs} ms each, ${disturbances} changes and triggers a piece`;
		const empty = { rounds: answers, floor: '', ratio: '', peer: '' };
		return [
			{
				...{ ...empty, question: `memory that poll and report need more after ${what}` },
				...{ measured: `${grownMb.toFixed(1)} MB`, aim: `< ${aimMb} MB`, met: grownMb < aimMb },
			},
			{
				...{ ...empty, question: `requests at one time, with ${what}` },
				...{ measured: String(atOnce), aim: '2: a poll and a report', met: atOnce <= 2 },
			},
		];
	} finally {
		await device.close();
	}
}

async function disturbFor(device: IdleDevice, count: number): Promise<void> {
	for (let answer = 0; answer < count; answer += 1) {
		for (let index = 0; index < disturbances; index += 1) device.disturb();
		await device.answered(1);
	}
}

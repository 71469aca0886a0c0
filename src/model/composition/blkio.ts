import { z } from 'zod';
import { withoutEmpty } from '../../kit/without-empty.ts';
import type { BlkioConfig } from '../container-spec.ts';
import { byteSize, integerBetween, integerFrom, members, word } from './values.ts';

const weight = integerBetween(10, 1000);

const weights = z
	.array(members({ path: word, weight }), { error: 'must be a list' })
	.transform((list) => list.map((one) => ({ Path: one.path, Weight: one.weight })));

const rates = (rate: z.ZodType<number>) =>
	z
		.array(members({ path: word, rate }), { error: 'must be a list' })
		.transform((list) => list.map((one) => ({ Path: one.path, Rate: one.rate })));

/** Shares and limits of the block devices. */
export const blkioConfig = members({
	weight: weight.optional(),
	weight_device: weights.default([]),
	device_read_bps: rates(byteSize).default([]),
	device_write_bps: rates(byteSize).default([]),
	device_read_iops: rates(integerFrom(0)).default([]),
	device_write_iops: rates(integerFrom(0)).default([]),
}).transform((config): BlkioConfig =>
	withoutEmpty({
		BlkioWeight: config.weight,
		BlkioWeightDevice: config.weight_device,
		BlkioDeviceReadBps: config.device_read_bps,
		BlkioDeviceWriteBps: config.device_write_bps,
		BlkioDeviceReadIOps: config.device_read_iops,
		BlkioDeviceWriteIOps: config.device_write_iops,
	}),
);

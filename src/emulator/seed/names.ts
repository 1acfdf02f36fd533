import type { Random } from './random.ts';

const stages = ['prod', 'prod', 'test', 'dev', 'eu', 'cn'] as const;
const chinese = ['支付网关证书', '生产环境证书', '订单服务证书', '物联网设备证书', '合作伙伴接口', '统一登录证书'] as const;

/**
 * "Creating an SSL Certificate" [R]: 4 to 50 characters, a Latin or Chinese letter first, then letters, digits and `_`. That names
 * are unique is documented nowhere.
 */
export function drawName(random: Random, purpose: string): string {
  if (random.chance(0.12)) return `${random.pick(chinese)}_${10 + random.below(90)}`;
  return `${purpose}_${random.pick(stages)}_${String(random.below(10_000)).padStart(4, '0')}`;
}

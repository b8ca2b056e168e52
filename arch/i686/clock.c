// The clock: cycles turned into microseconds, and the 10 ms tick.
//
// Uses: cpu, interrupts, screen.  Used by: main, interrupts.
//
// Time is the processor's cycle counter, whose rate is measured once against the interval timer (8254).
// Each reading of the timer is bracketed by two of the counter and the tightest bracket wins, so that a
// busy host that stops us in the middle does not spoil the rate.
#include "i686/cpu.h"
#include "i686/machine.h"
#include "base/platform.h"
#include "base/report.h"

enum {
  TIMER_HZ = 1193182, TICK_COUNT = 11932 /* 10 ms */, MEASURE_COUNT = 5966 /* 5 ms */,
  TIMER_0 = 0x40, TIMER_2 = 0x42, TIMER_COMMAND = 0x43, SPEAKER = 0x61, SPEAKER_OUT2 = 0x20,
  MAX_POLLS = 1000000,
};
#define STACK_CANARY 0x52494e47u

extern uint32_t boot_stack_start[];

static uint64_t cycles_at_start;
static uint32_t us_per_cycle_q32;  // microseconds per cycle, times 2^32
static uint64_t wall_us_at_start;  // 0: unknown; lib/boot/clock.scm reads the battery's clock

struct reading {
  uint64_t cycles;
  uint32_t count;
};

static uint32_t timer_2_count(void) {
  port_out8(TIMER_COMMAND, 0x80);
  uint32_t low = port_in8(TIMER_2);
  return low | (uint32_t)port_in8(TIMER_2) << 8;
}

static struct reading read_both(void) {
  struct reading best = {0, 0};
  uint64_t best_width = UINT64_MAX;
  for (int i = 0; i < 4; i++) {
    uint64_t before = cpu_cycles();
    uint32_t count = timer_2_count();
    uint64_t width = cpu_cycles() - before;
    if (width < best_width) best_width = width, best = (struct reading){before + width / 2, count};
  }
  return best;
}

// Cycles per second, or 0 when the timer wrapped (we were stopped for 55 ms) or does not count.
static uint64_t measure_cycles_hz(void) {
  port_out8(SPEAKER, (port_in8(SPEAKER) & ~0x02u) | 0x01);
  port_out8(TIMER_COMMAND, 0xb0);  // counter 2, both bytes, one shot
  port_out8(TIMER_2, 0xff);
  port_out8(TIMER_2, 0xff);
  struct reading first = read_both(), last = first;
  for (int i = 0; i < MAX_POLLS && first.count - last.count < MEASURE_COUNT; i++)
    last = (struct reading){0, timer_2_count()};
  last = read_both();
  if (port_in8(SPEAKER) & SPEAKER_OUT2 || last.count >= first.count) return 0;
  return (last.cycles - first.cycles) * TIMER_HZ / (first.count - last.count);
}

// --- ticks ----------------------------------------------------------------------------------------

void clock_init(void) {
  uint64_t hz = 0;
  for (int tries = 0; tries < 5 && hz < 1000000; tries++) hz = measure_cycles_hz();
  if (hz < 1000000) hz = 1000000000;
  us_per_cycle_q32 = (uint32_t)((1000000ull << 32) / hz);
  cycles_at_start = cpu_cycles();
}

void clock_start_ticks(void) {
  boot_stack_start[0] = STACK_CANARY;
  port_out8(TIMER_COMMAND, 0x34);  // counter 0, both bytes, rate generator
  port_out8(TIMER_0, TICK_COUNT & 0xff);
  port_out8(TIMER_0, TICK_COUNT >> 8);
  interrupts_unmask(IRQ_LINE_CLOCK);
}

// Nothing traps when the C stack runs over its end, but the tick notices.
void clock_tick(void) {
  CHECK(boot_stack_start[0] == STACK_CANARY);
  screen_refresh();
  interrupts_raise(IRQ_TIMER);
}

uint64_t platform_time_us(void) {
  uint64_t cycles = cpu_cycles() - cycles_at_start;
  return (cycles >> 32) * us_per_cycle_q32 + ((cycles & 0xffffffff) * us_per_cycle_q32 >> 32);
}

uint64_t platform_wall_clock_us(void) {
  return wall_us_at_start == 0 ? 0 : wall_us_at_start + platform_time_us();
}

bool platform_wall_clock_set(uint64_t us) {
  wall_us_at_start = us - platform_time_us();
  return true;
}

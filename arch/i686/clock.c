// The clock: cycles turned into microseconds, the 10 ms tick, and the time of day.
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
static uint64_t wall_us_at_start;  // 0: unknown

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

// --- the time of day ------------------------------------------------------------------------------

static uint8_t cmos(unsigned index) {
  port_out8(0x70, (uint8_t)index);
  return port_in8(0x71);
}

enum { RTC_SECOND, RTC_MINUTE, RTC_HOUR, RTC_DAY, RTC_MONTH, RTC_YEAR, RTC_CENTURY, N_RTC };

static void read_rtc_fields(uint8_t fields[N_RTC]) {
  static const uint8_t index[N_RTC] = {0x00, 0x02, 0x04, 0x07, 0x08, 0x09, 0x32};
  for (int i = 0; i < MAX_POLLS / 100 && cmos(0x0a) & 0x80; i++) {}
  for (int i = 0; i < N_RTC; i++) fields[i] = cmos(index[i]);
}

// Days from 1970-01-01 to the first of March based year's day, by the usual civil calendar.
static int64_t days_since_1970(int year, int month, int day) {
  if (month <= 2) year--, month += 12;
  return 365ll * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 719469;
}

static int from_bcd(uint8_t byte, bool is_binary) {
  return is_binary ? byte : (byte >> 4) * 10 + (byte & 15);
}

static uint64_t read_wall_us(void) {
  uint8_t fields[N_RTC] = {0}, again[N_RTC];
  for (int tries = 0; tries < 5; tries++) {
    read_rtc_fields(fields);
    read_rtc_fields(again);
    if (memcmp(fields, again, N_RTC) == 0) break;
  }
  uint8_t mode = cmos(0x0b);
  bool is_binary = mode & 4, is_24h = mode & 2, is_pm = !is_24h && fields[RTC_HOUR] & 0x80;
  int value[N_RTC];
  if (!is_24h) fields[RTC_HOUR] &= 0x7f;
  for (int i = 0; i < N_RTC; i++) value[i] = from_bcd(fields[i], is_binary);
  if (!is_24h) value[RTC_HOUR] = value[RTC_HOUR] % 12 + (is_pm ? 12 : 0);
  int century = value[RTC_CENTURY] >= 19 && value[RTC_CENTURY] <= 22 ? value[RTC_CENTURY] : 20;
  if (value[RTC_MONTH] < 1 || value[RTC_MONTH] > 12 || value[RTC_DAY] < 1 || value[RTC_HOUR] > 23) return 0;
  int64_t days = days_since_1970(century * 100 + value[RTC_YEAR], value[RTC_MONTH], value[RTC_DAY]);
  int64_t seconds = ((days * 24 + value[RTC_HOUR]) * 60 + value[RTC_MINUTE]) * 60 + value[RTC_SECOND];
  return seconds > 0 ? (uint64_t)seconds * 1000000 : 0;
}

// --- ticks ----------------------------------------------------------------------------------------

void clock_init(void) {
  uint64_t hz = 0;
  for (int tries = 0; tries < 5 && hz < 1000000; tries++) hz = measure_cycles_hz();
  if (hz < 1000000) hz = 1000000000;
  us_per_cycle_q32 = (uint32_t)((1000000ull << 32) / hz);
  cycles_at_start = cpu_cycles();
  wall_us_at_start = read_wall_us();
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

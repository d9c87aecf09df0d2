/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Kernel helper numbers, map declarations and relocatable reads: all that the programs need to know of BPF. */
#ifndef VEDETTE_HELPERS_H
#define VEDETTE_HELPERS_H

#include "kernel-types.h"

#define inlined static inline __attribute__((always_inline))
#define called static __attribute__((noinline))
#define section(name) __attribute__((section(name), used))

enum map_type { MAP_ARRAY = 2, MAP_PER_CPU_ARRAY = 6, MAP_RING = 27 };

/* Our loader's own map declaration: four numbers; sizes known only at load time are 0 here. */
struct map_definition {
  u32 type;
  u32 key_bytes;
  u32 value_bytes;
  u32 max_entries;
};

struct raw_tracepoint_context {
  u64 args[3];
};

static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static u32 (*const current_cpu)(void) = (void *)8;
static long (*const read_user)(void *to, u32 bytes, const void *from) = (void *)112;
static long (*const read_kernel)(void *to, u32 bytes, const void *from) = (void *)113;
static long (*const read_kernel_string)(void *to, u32 bytes, const void *from) = (void *)115;
static u64 (*const boot_time)(void) = (void *)125;
static long (*const ring_output)(void *ring, void *record, u64 bytes, u64 flags) = (void *)130;

/* One member of a kernel structure, zero where the memory cannot be read. */
#define get(member)                                             \
  ({                                                            \
    __typeof__(member) value_of_member;                         \
    read_kernel(&value_of_member, sizeof(value_of_member), &(member)); \
    value_of_member;                                            \
  })

#define has_member(type, member) __builtin_preserve_field_info(((type *)0)->member, 2)
#define offset_of_member(type, member) __builtin_preserve_field_info(((type *)0)->member, 0)
#define kernel_size_of(type) __builtin_preserve_type_info(*(type *)0, 1)
#define has_enumerator(type, name) __builtin_preserve_enum_value(*(type *)name, 0)
#define enumerator(type, name) __builtin_preserve_enum_value(*(type *)name, 1)

/* Says the bound of a number to the verifier in one instruction that the compiler cannot reason away. */
#define bounded(number, mask) asm volatile("%0 &= %1" : "+r"(number) : "i"(mask))

#endif

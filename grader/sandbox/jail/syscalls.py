"""Linux system calls by name and number, for x86-64 and aarch64: data for the seccomp filter.

Source: Linux 6.18, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl. None: the
machine has no such call.
"""

from dataclasses import dataclass

Numbers = dict[str, tuple[int | None, int | None]]

# Refused with EPERM whatever the arguments.
DENIED: Numbers = {
    # new processes: no fork bombs, no daemons, no programs
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    # other processes: reading, signalling, moving, joining them
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "get_robust_list": (274, 100),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "ioprio_set": (251, 30),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # how much of the processor a worker has is not for it to say
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "setpriority": (141, 140),
    # sockets: there is nobody to talk to
    "socket": (41, 198),
    "bind": (49, 200),
    "connect": (42, 203),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    # descriptors sent to oneself hide what they keep open, and from whom it could be taken back
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "unshare": (272, 97),
    "setns": (308, 268),
    # memory and messages that no limit counts, or that outlive the worker
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
    # parts of the kernel with a history, of no use here
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "seccomp": (317, 277),
    "vmsplice": (278, 75),
    # rules that the kernel keeps without counting them; ours stand already
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    # gigabytes of disk in no time, between two looks at them
    "fallocate": (285, 47),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "set_mempolicy_home_node": (450, 450),
    "lsm_set_self_attr": (460, 460),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "vhangup": (153, 58),
    "sync": (162, 81),
    "syncfs": (306, 267),
    # files that Landlock does not see: by handle, watching, attributes of the user's own files
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "lookup_dcookie": (212, 18),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "truncate": (76, 45),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}

# Said not to exist (ENOSYS): their flags lie in memory, out of reach of a filter, and the C
# library then takes the older call.
ABSENT: Numbers = {
    "clone3": (435, 435),
    "openat2": (437, 437),
}

# Allowed with some arguments only; the rules are in `seccomp`.
LIMITED: Numbers = {
    "clone": (56, 220),
    "socketpair": (53, 199),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
    "ioctl": (16, 29),
    "fcntl": (72, 25),
    "prctl": (157, 167),
    "open": (2, None),
    "openat": (257, 56),
}


@dataclass(frozen=True)
class Machine:
    """An architecture: its AUDIT_ARCH_* value, its column in the tables above."""

    name: str
    audit_arch: int
    column: int
    has_x32: bool

    def number(self, name: str) -> int | None:
        """The number of a call named above; None if this machine has no such call."""
        for table in (DENIED, ABSENT, LIMITED):
            if name in table:
                return table[name][self.column]
        raise KeyError(name)


MACHINES = {
    "x86_64": Machine("x86_64", 0xC000003E, 0, has_x32=True),
    "aarch64": Machine("aarch64", 0xC00000B7, 1, has_x32=False),
}

# The newest call that was looked at for these tables (file_setattr); later ones do not exist.
NEWEST = 469
